//! The page is what the code declares.

#[test]
fn the_reference_page_is_what_the_code_declares() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/repair-tools.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == bughound_repair::reference_page(),
        "docs/repair-tools.md is out of date: cargo run -p bughound-repair --example repair_tools_page > docs/repair-tools.md"
    );
}
