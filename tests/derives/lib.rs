//! Compiles the examples in the documentation of the derives. `dintero-macros` itself cannot do so, because it cannot
//! depend on `dintero-api`. All other tests of the derives are in the folders next to this file.

/// Compiles the examples of one page as documentation tests.
macro_rules! examples {
    ($($page:ident)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../dintero-macros/src/docs/", stringify!($page), ".md"))]
            mod $page {}
        )*

        #[cfg(test)]
        const PAGES: &[&str] = &[$(stringify!($page)),*];
    };
}

examples! { address discount order order_item order_shipping shipping_option value }

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_page_with_an_example_is_listed() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dintero-macros/src/docs");
        for page in pages.read_dir().expect("the folder of pages") {
            let page = page.expect("a page").path();
            let text = std::fs::read_to_string(&page).expect("a readable page");
            let name = page.file_stem().expect("a name").to_string_lossy();
            assert_eq!(super::PAGES.contains(&&*name), text.contains("```"), "{name}");
        }
    }
}
