//! The features by which candidates and files are judged: their names, formulas and ranges, and the table
//! that holds their values for one issue.
//!
//! A scorer reads nothing else. Values are raw; [`Features::normalised`] divides by the largest.

use bughound_index::{FileIdx, Index, SymbolIdx};

/// What a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureInfo {
    /// Stable name, as reports and weights files write it.
    pub name: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// Its range.
    pub range: &'static str,
}

macro_rules! features {
    ($(#[$meta:meta])* $kind:ident { $($(#[$variant_meta:meta])* $variant:ident: $name:literal, $formula:literal, $range:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $kind {
            $(#[doc = $formula] $(#[$variant_meta])* $variant,)*
        }

        impl $kind {
            /// Every feature, in the order of the table's columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Name, formula and range.
            pub fn info(self) -> FeatureInfo {
                match self {
                    $(Self::$variant => FeatureInfo { name: $name, formula: $formula, range: $range },)*
                }
            }
        }
    };
}

features! {
    /// Features of a candidate.
    CandidateFeature {
        Bm25f: "bm25f", "BM25F of the issue over seven fields, zones weighted (title 3, inline 2, prose and code 1, traceback 0.4, boilerplate 0.1)", ">= 0";
        Bm25fTitle: "bm25f_title", "BM25F of the title alone", ">= 0";
        Bm25fHead: "bm25f_head", "BM25F of the first 500 characters", ">= 0";
        Bm25fInline: "bm25f_inline", "BM25F of inline code alone", ">= 0";
        Bm25fCode: "bm25f_code", "BM25F of code blocks alone", ">= 0";
        Bm25fProse: "bm25f_prose", "BM25F of prose alone", ">= 0";
        Bm25fTraceback: "bm25f_traceback", "BM25F of stack traces alone", ">= 0";
        Bm25fWhole: "bm25f_whole", "BM25F of whole identifiers alone", ">= 0";
        FieldPath: "field_path", "BM25 (k1 1.3) of the issue over the file's path alone", ">= 0";
        FieldName: "field_name", "BM25 (k1 1.3) over its own name alone", ">= 0";
        FieldClassName: "field_class_name", "BM25 (k1 1.3) over the name of the class around it alone", ">= 0";
        FieldSignature: "field_signature", "BM25 (k1 1.3) over its signature alone", ">= 0";
        FieldDoc: "field_doc", "BM25 (k1 1.3) over its documentation alone", ">= 0";
        FieldBody: "field_body", "BM25 (k1 1.3) over its code and comments alone", ">= 0";
        FieldClassContext: "field_class_context", "BM25 (k1 1.3) over documentation and header of the class around it alone", ">= 0";
        BestTerm: "best_term", "the largest contribution of one term to bm25f", ">= 0";
        BestThree: "best_three", "the sum of the three largest contributions of terms to bm25f", ">= 0";
        Coverage: "coverage", "sum of q(t) idf(t) over the issue's terms that it has / the same over all terms of the issue", "0..1";
        TitleCoverage: "title_coverage", "the same with the title's weights", "0..1";
        MatchedTerms: "matched_terms", "number of the issue's terms that it has", ">= 0";
        IssueBm25f: "issue_bm25f", "bm25f with every term's weight times how rare it is in what people write of fixes: max(0.12, ln((n + 1) / (df + 1)) / ln(n + 1)) over the 28,758 statements of issue-words.bin", ">= 0";
        Name: "name", "sum over issue identifiers equal to the function's name of w(zone), x 0.25 for a plain word neither called nor inlined, x 0.3 for a common name, / log2(1 + number of definitions); w: title 3, inline 2.5, code and prose 1, traceback 0.3, at most 2 mentions each", ">= 0";
        ClassName: "class_name", "the same for types", ">= 0";
        OwnClass: "own_class", "class_name of the type around a member", ">= 0";
        Dotted: "dotted", "2 per dotted name that ends in Class.member (divided by log2(1 + matches)), 1 per dotted name module.member", ">= 0";
        Traceback: "traceback", "sum over stack frames in the candidate of 1 / (1 + k)^0.7, k counting frames in this repository from the innermost", ">= 0";
        Link: "link", "number of links or path:line mentions whose lines overlap it", ">= 0";
        Literal: "literal", "sum of ln(1 + U / (1 + df)) over word trigrams that its string literals share with the issue", ">= 0";
        Exact: "exact", "name + 0.5 class_name + 0.3 own_class + 0.7 dotted + 2 traceback + 3 link + 0.08 literal", ">= 0";
        Base: "base", "norm(norm(bm25f) + 0.15 norm(bm25f_title) + 0.1 norm(bm25f_head)) + 0.75 exact / max(1, largest exact), x 0.6 outside of source files and for tests inside them", "0..1.75";
        Spread: "spread", "seeds s = base^2 of the 40 best; 0.5 s + 0.5 to what s mentions + 0.5 to what mentions s", ">= 0";
        ClassBase: "class_base", "base of the type around it", "0..1.75";
        SimilarFixes: "similar_fixes", "sum over the 40 most similar commits that changed it of their weight (see the file feature)", ">= 0";
        File: "file", "the file's fused score, norm", "0..1";
        IsType: "is_type", "1 for types, 0 for functions and methods", "0 or 1";
        Lines: "lines", "ln(1 + number of lines)", ">= 0";
        LiteralError: "literal_error", "the part of literal whose trigrams stand in error messages", ">= 0";
        LiteralMessage: "literal_message", "the part of literal whose trigrams stand in quotes and log lines", ">= 0";
        InTitle: "in_title", "1 / log2(1 + number of definitions of its name) where the title has its name", "0..1";
        Called: "called", "the same where the issue calls it", "0..1";
        Inlined: "inlined", "the same where its name stands between backticks", "0..1";
        InCode: "in_code", "the same where its name stands in a code block", "0..1";
        FrameLine: "frame_line", "1 where the line of a stack frame lies inside it", "0 or 1";
        FrameDepth: "frame_depth", "1 / (1 + depth) of its innermost stack frame, frames outside of the repository counted", "0..1";
        Raises: "raises", "sum over the classes of errors that the issue names and it raises of ln((1 + N) / (1 + number of candidates that raise it))", ">= 0";
        NameCoverage: "name_coverage", "share of the words of its name that the issue has", "0..1";
        NameTitleCoverage: "name_title_coverage", "share of the words of its name that the title has", "0..1";
        ClassCoverage: "class_coverage", "share of the words of the name of its type that the issue has", "0..1";
        NamePhrase: "name_phrase", "share of neighbours among the words of its name that stand side by side in the issue's first 20,000 bytes too", "0..1";
        NameForms: "name_forms", "1 / log2(1 + number of definitions of its name) where the issue has an identifier of the same two words or more in any spelling (`getItem`, `get_item`)", "0..1";
        Alike: "alike", "largest base * shared / all words of both names over the 20 best others", ">= 0";
        Callee: "callee", "what s (see spread) mentions: sum over names of the seeds' weights / sqrt(names that a seed mentions), / sqrt(users of the name), / definitions of the name", ">= 0";
        Caller: "caller", "what mentions s, by the same divisors", ">= 0";
        CalleeTwice: "callee_twice", "callee of the 100 strongest callees", ">= 0";
        CallerTwice: "caller_twice", "caller of the 100 strongest callers", ">= 0";
        CalledTogether: "called_together", "callee of the 100 strongest callers: what is used beside the best", ">= 0";
        CalleeOfExact: "callee_of_exact", "callee with exact of its 40 best for seeds", ">= 0";
        CallerOfExact: "caller_of_exact", "caller with exact of its 40 best for seeds", ">= 0";
        CalledByBest: "called_by_best", "largest base * confidence over the 20 best that call it, calls resolved by class, file, imports or rarity of the name", ">= 0";
        CallsBest: "calls_best", "largest base * confidence over the 20 best that it calls, of the first 40 candidates that mention each", ">= 0";
        SiblingBest: "sibling_best", "largest base of the other members of its type", ">= 0";
        SiblingMean: "sibling_mean", "mean base of the other members of its type", ">= 0";
        MemberBest: "member_best", "of a type: largest base of its members", ">= 0";
        Members: "members", "ln(1 + number of members of the type, or of the type around it)", ">= 0";
        OverrideBest: "override_best", "largest base of the methods of its name in types above (3 steps) or below its own", ">= 0";
        CousinBest: "cousin_best", "largest base of the methods of its name in other types below those above its own", ">= 0";
        RelativeBase: "relative_base", "largest base of the types above (3 steps) and below the type or the type around it", ">= 0";
        FileGap: "file_gap", "base / largest base of its file", "0..1";
        FileRank: "file_rank", "1 / place by base in its file", "0..1";
        ClassGap: "class_gap", "base / largest base of the members of its type", "0..1";
        ClassRank: "class_rank", "1 / place by base among the members of its type", "0..1";
        SimilarFixesBest: "similar_fixes_best", "largest weight of a similar commit that changed it", "0..1";
        SimilarFixesRank: "similar_fixes_rank", "1 / place of the most similar commit that changed it", "0..1";
        SimilarFixesCount: "similar_fixes_count", "ln(1 + number of similar commits that changed it)", ">= 0";
        SimilarFixesClass: "similar_fixes_class", "sum of the weights of the similar commits that changed its type or a member of it", ">= 0";
        ChangedBeside: "changed_beside", "largest base of another candidate that one of the 40 most similar commits changed beside it", ">= 0";
        TestFiles: "test_files", "sum over the 12 test files most like the issue of (s / s_max)^3 tf / (tf + 2) ln((1 + N) / (1 + users of its name)) / sqrt(definitions of its name), tf the number of definitions there that mention it", ">= 0";
        TestFunctions: "test_functions", "the same over their 24 functions most like the issue, with 1 / sqrt(names that the function mentions) for the term in tf", ">= 0";
        IsMethod: "is_method", "1 for members of types", "0 or 1";
        IsPrivate: "is_private", "1 where its name begins with _ or # and is not special", "0 or 1";
        IsSpecial: "is_special", "1 for names like __eq__", "0 or 1";
        IsConstructor: "is_constructor", "1 for __init__, __new__, constructor, and methods named as their type", "0 or 1";
        IsProperty: "is_property", "1 for getters and setters", "0 or 1";
        IsStatic: "is_static", "1 for static and class methods", "0 or 1";
        IsAsync: "is_async", "1 for async functions", "0 or 1";
        IsAbstract: "is_abstract", "1 for what is abstract or only declared", "0 or 1";
        IsTest: "is_test", "1 for tests inside source files", "0 or 1";
        IsSupport: "is_support", "1 in documentation, examples, benchmarks and scripts", "0 or 1";
        IsVendored: "is_vendored", "1 in other projects' code kept here", "0 or 1";
        IsExported: "is_exported", "1 at the top of a file where a package's main file imports its name", "0 or 1";
        Depth: "depth", "number of definitions around it", ">= 0";
        BodyTerms: "body_terms", "ln(1 + words of its code and comments)", ">= 0";
        SignatureTerms: "signature_terms", "ln(1 + words of its signature)", ">= 0";
        DocTerms: "doc_terms", "ln(1 + words of its documentation)", ">= 0";
        MentionsOut: "mentions_out", "ln(1 + number of names that it mentions)", ">= 0";
        MentionsIn: "mentions_in", "ln(1 + number of candidates that mention its name)", ">= 0";
        SameName: "same_name", "ln(1 + number of definitions of its name)", ">= 0";
    }
}

features! {
    /// Features of a file.
    FileFeature {
        Bm25: "bm25", "BM25 of the issue over whole files", ">= 0";
        Bm25Title: "bm25_title", "BM25 of the title over whole files", ">= 0";
        Path: "path", "BM25 of the issue over path terms", ">= 0";
        PathMention: "path_mention", "1 per mention of a path of several parts, 0.5 per file name, / number of files that fit", ">= 0";
        Module: "module", "number of dotted names whose longest module prefix is the file", ">= 0";
        Traceback: "traceback", "largest 1 / (1 + k)^0.7 over its stack frames", "0..1";
        Link: "link", "number of links to it", ">= 0";
        Top: "top", "sum of base of its five best candidates, each worth half of the one before", ">= 0";
        Exact: "exact", "largest exact of its candidates", ">= 0";
        Base: "base", "norm(bm25) + 0.1 norm(bm25_title) + 0.7 norm(path) + 0.7 norm(top) + 0.15 norm(exact) + min(path_mention, 1) + 0.75 traceback + 0.15 min(module, 1) + 1.5 min(link, 1), x 0.5 outside of source files, 0 for tests", ">= 0";
        Spread: "spread", "largest spread of its candidates", ">= 0";
        Imported: "imported", "sum over the 15 best files that import it of base / sqrt(number of imports)", ">= 0";
        Importer: "importer", "sum over the 15 best files that it imports of base / sqrt(number of importers)", ">= 0";
        SimilarFixes: "similar_fixes", "sum over the 60 commits before the snapshot whose messages are most like the issue (BM25) of (s / s_max)^2 exp(-age / 2500 days) / sqrt(files)", ">= 0";
        Recent: "recent", "sum over commits that changed it of exp(-age / 90 days)", ">= 0";
        Lasting: "lasting", "sum over commits that changed it of exp(-age / 730 days)", ">= 0";
        Commits: "commits", "ln(1 + number of commits that changed it)", ">= 0";
        ChangedWith: "changed_with", "sum over the five best files s of base(s) * commits of both / sqrt(commits * commits of s)", ">= 0";
        Fused: "fused", "base + 0.15 spread + 0.12 imported + 0.05 importer + 0.18 similar_fixes + 0.2 recent + 0.05 lasting + 0.05 commits + 0.3 changed_with, each but base norm; 0 where every base is 0", ">= 0";
        Bm25Head: "bm25_head", "BM25 of the first 500 characters over whole files", ">= 0";
        Bm25Code: "bm25_code", "BM25 of code blocks over whole files", ">= 0";
        Bm25Whole: "bm25_whole", "BM25 of whole identifiers over whole files", ">= 0";
        StemInTitle: "stem_in_title", "1 / number of files of its name where the title has its name (for a package's main file the folder's) as a word", "0..1";
        StemInText: "stem_in_text", "the same for the whole issue", "0..1";
        ImportedExact: "imported_exact", "imported with exact for base", ">= 0";
        ImporterExact: "importer_exact", "importer with exact for base", ">= 0";
        TestImports: "test_imports", "sum over the 12 test files most like the issue that import it of (s / s_max)^3 / sqrt(number of imports)", ">= 0";
        TestPath: "test_path", "sum over the words of its path of ln((1 + N) / (1 + df)) sum over the same test files with the word of (s / s_max)^3, / sqrt(number of words)", ">= 0";
        LastChange: "last_change", "exp(-days since its last change / 365)", "0..1";
        Candidates: "candidates", "ln(1 + number of its candidates)", ">= 0";
        Lines: "lines", "ln(1 + number of lines)", ">= 0";
        Depth: "depth", "number of folders around it", ">= 0";
        IsMain: "is_main", "1 for the main file of a package or program (__init__, index, mod, lib, main)", "0 or 1";
        IsSupport: "is_support", "1 for documentation, examples, benchmarks and scripts", "0 or 1";
        IsVendored: "is_vendored", "1 for other projects' code kept here", "0 or 1";
        IsTest: "is_test", "1 for tests", "0 or 1";
        Imports: "imports", "ln(1 + number of imports of files here)", ">= 0";
        Importers: "importers", "ln(1 + number of files that import it)", ">= 0";
    }
}

/// All features as a page of documentation (`docs/features.md`).
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Features\n\nWhat the built-in policy knows of each candidate and each file, for one issue. `norm(x)` is x divided by\n\
         its largest value over all candidates or files. Generated from the code:\n\
         `cargo run -p bughound-hound --example features_page > docs/features.md`.\n",
    );
    let mut table = |title: &str, rows: Vec<FeatureInfo>| {
        page.push_str(&format!(
            "\n## {title}\n\n| name | range | formula |\n|---|---|---|\n"
        ));
        for info in rows {
            page.push_str(&format!(
                "| `{}` | {} | {} |\n",
                info.name, info.range, info.formula
            ));
        }
    };
    table(
        "Of a candidate: a function, method or type outside of tests",
        CandidateFeature::ALL.iter().map(|f| f.info()).collect(),
    );
    table(
        "Of a file",
        FileFeature::ALL.iter().map(|f| f.info()).collect(),
    );
    page
}

/// The values of every feature for one issue.
#[derive(Clone, Debug)]
pub struct Features {
    /// The candidates: row `i` of the candidate columns is `candidates[i]`.
    pub candidates: Vec<SymbolIdx>,
    candidate_values: Vec<Vec<f32>>,
    file_values: Vec<Vec<f32>>,
}

impl Features {
    /// A table of zeros.
    pub fn new(index: &Index, candidates: Vec<SymbolIdx>) -> Self {
        let candidate_values = vec![vec![0.0; candidates.len()]; CandidateFeature::ALL.len()];
        let file_values = vec![vec![0.0; index.files().len()]; FileFeature::ALL.len()];
        Self {
            candidates,
            candidate_values,
            file_values,
        }
    }

    /// The row of a candidate.
    pub fn row(&self, symbol: SymbolIdx) -> Option<usize> {
        self.candidates.binary_search(&symbol).ok()
    }

    /// A candidate feature's values, by row.
    pub fn candidate(&self, feature: CandidateFeature) -> &[f32] {
        &self.candidate_values[feature as usize]
    }

    /// A file feature's values, by file number.
    pub fn file(&self, feature: FileFeature) -> &[f32] {
        &self.file_values[feature as usize]
    }

    /// A file feature's value.
    pub fn of_file(&self, feature: FileFeature, file: FileIdx) -> f32 {
        self.file_values[feature as usize][file.index()]
    }

    pub(crate) fn set_candidate(&mut self, feature: CandidateFeature, values: Vec<f32>) {
        debug_assert_eq!(values.len(), self.candidates.len());
        self.candidate_values[feature as usize] = values;
    }

    pub(crate) fn set_file(&mut self, feature: FileFeature, values: Vec<f32>) {
        debug_assert_eq!(values.len(), self.file_values[feature as usize].len());
        self.file_values[feature as usize] = values;
    }

    /// A candidate feature divided by its largest value; zeros where nothing is above 0.
    pub fn normalised(&self, feature: CandidateFeature) -> Vec<f32> {
        normalised(self.candidate(feature))
    }

    /// A file feature divided by its largest value.
    pub fn normalised_file(&self, feature: FileFeature) -> Vec<f32> {
        normalised(self.file(feature))
    }
}

/// Divides by the largest value; zeros where nothing is above 0.
pub(crate) fn normalised(values: &[f32]) -> Vec<f32> {
    let max = values.iter().copied().fold(0.0, f32::max);
    if max <= 0.0 {
        return vec![0.0; values.len()];
    }
    values.iter().map(|value| value / max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = CandidateFeature::ALL
            .iter()
            .map(|f| f.info().name)
            .collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        let mut names: Vec<&str> = FileFeature::ALL.iter().map(|f| f.info().name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn normalising_keeps_zeros() {
        assert_eq!(normalised(&[0.0, 2.0, 1.0]), [0.0, 1.0, 0.5]);
        assert_eq!(normalised(&[0.0, 0.0]), [0.0, 0.0]);
    }
}
