//! tmp
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "tmp"
)]
use bughound_hound::features::*;
use bughound_hound::*;
use bughound_index::*;
use bughound_repo::*;
use bughound_store::Store;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let store = Store::at("/work/feat-dump/cache");
    let text = std::fs::read_to_string(&args[1]).unwrap();
    for line in text.lines() {
        let t: serde_json::Value = serde_json::from_str(line).unwrap();
        let s = |k: &str| t[k].as_str().unwrap().to_owned();
        let dir = format!("/work/.mirror/{}/repo", s("repo").replace('/', "+"));
        let repo = Repo::open(Path::new(&dir)).unwrap();
        let commit = repo.resolve(&s("base_commit")).unwrap();
        let snapshot = Arc::new(Snapshot::at_commit(&repo, commit).unwrap());
        let (index, _) = Index::build(snapshot, &store);
        let h = History::read(&repo, commit, &store).unwrap();
        let history = HistoryIndex::build(&h, &index, &store);
        let mut f = features_of(
            &index,
            "warm up",
            &Context {
                history: Some(&history),
                on_stage: None,
            },
        );
        for _ in 0..(if args.len() > 3 { 3 } else { 1 }) {
            let at = Instant::now();
            let last = std::sync::Mutex::new(("start", Instant::now()));
            let times = std::sync::Mutex::new(Vec::new());
            let on = |name: &'static str| {
                let mut l = last.lock().unwrap();
                times.lock().unwrap().push((l.0, l.1.elapsed().as_micros()));
                *l = (name, Instant::now());
            };
            let context = Context {
                history: Some(&history),
                on_stage: Some(&on),
            };
            f = features_of(&index, &s("problem_statement"), &context);
            on("end");
            println!(
                "{} {:?} {} cands {:?}",
                s("instance_id"),
                at.elapsed(),
                f.candidates.len(),
                times.lock().unwrap()
            );
        }
        if args.len() < 3 || args[2] == "-" {
            continue;
        }
        let mut out = std::io::BufWriter::new(
            std::fs::File::create(format!("{}/{}.bin", args[2], s("instance_id"))).unwrap(),
        );
        let ids: Vec<String> = f
            .candidates
            .iter()
            .map(|&c| index.symbol(c).id().to_string())
            .collect();
        let files: Vec<String> = index.files().iter().map(|f| f.path().to_string()).collect();
        let fi: Vec<u32> = f.candidates.iter().map(|&c| index.file_of(c).0).collect();
        let skip = ["is_", "traceback", "link", "dotted", "own_class", "frame"];
        let cs: Vec<CandidateFeature> = CandidateFeature::ALL
            .iter()
            .copied()
            .filter(|c| {
                !skip.iter().any(|s| c.info().name.starts_with(s)) || c.info().name == "is_type"
            })
            .collect();
        let head = serde_json::json!({"ids": ids, "files": files, "file_of": fi, "gold": t["gold"],
            "c": cs.iter().map(|f| f.info().name).collect::<Vec<_>>(),
            "f": FileFeature::ALL.iter().map(|f| f.info().name).collect::<Vec<_>>()})
        .to_string();
        out.write_all(&(head.len() as u64).to_le_bytes()).unwrap();
        out.write_all(head.as_bytes()).unwrap();
        for &c in &cs {
            for v in f.candidate(c) {
                out.write_all(&v.to_le_bytes()).unwrap();
            }
        }
        for &c in FileFeature::ALL {
            for v in f.file(c) {
                out.write_all(&v.to_le_bytes()).unwrap();
            }
        }
    }
}
