//! throw-away
use bughound_core::Language;
use bughound_syntax::outline;
use std::time::Instant;
fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap();
    let list = args.next().unwrap(); // file with paths
    let mut files: Vec<(String, Language, String)> = vec![];
    for p in std::fs::read_to_string(&list).unwrap().lines() {
        let ext = p.rsplit('.').next().unwrap_or("");
        let Some(l) = Language::from_extension(ext) else {
            continue;
        };
        let Ok(b) = std::fs::read(p) else { continue };
        files.push((p.to_owned(), l, String::from_utf8_lossy(&b).into_owned()));
    }
    if mode == "time" {
        for l in Language::ALL {
            let fs: Vec<_> = files.iter().filter(|f| f.1 == l).collect();
            if fs.is_empty() {
                continue;
            }
            let bytes: usize = fs.iter().map(|f| f.2.len()).sum();
            let mut best = f64::MAX;
            let (mut d, mut c, mut s, mut i, mut a, mut p, mut pf) = (0, 0, 0, 0, 0, 0, 0);
            for _ in 0..3 {
                let t = Instant::now();
                (d, c, s, i, a, p, pf) = (0, 0, 0, 0, 0, 0, 0);
                for f in &fs {
                    let o = outline(l, &f.2);
                    d += o.definitions.len();
                    c += o.calls.len();
                    s += o.strings.len();
                    i += o.imports.len();
                    a += o.assignments.len();
                    p += o.problems.len();
                    pf += usize::from(!o.problems.is_empty());
                }
                best = best.min(t.elapsed().as_secs_f64());
            }
            println!(
                "{l}: {} files {:.1} MB {:.3} s {:.1} MB/s; defs {d} calls {c} strings {s} imports {i} assigns {a} problems {p} in {pf} files",
                fs.len(),
                bytes as f64 / 1e6,
                best,
                bytes as f64 / 1e6 / best
            );
        }
    } else if mode == "parse" {
        let t = Instant::now();
        let mut n = 0;
        for f in &files {
            n += ruff_python_parser::parse_unchecked(
                &f.2,
                ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module),
            )
            .errors()
            .len();
        }
        println!("parse only {:.3} s, {n} errors", t.elapsed().as_secs_f64());
    } else {
        for (p, l, t) in &files {
            let o = outline(*l, t);
            println!("FILE\t{p}\t{}", o.problems.len());
            for d in &o.definitions {
                println!(
                    "D\t{}\t{:?}\t{}\t{}\t{}\t{}",
                    d.qualified_name, d.kind, d.lines.start, d.lines.end, d.name_line, d.flags.0
                );
            }
            if mode == "full" {
                for q in &o.problems {
                    println!("P\t{}\t{}", q.line, q.message);
                }
                for c in &o.calls {
                    println!("C\t{}\t{}", c.line, c.callee.text(t));
                }
            }
        }
    }
}
