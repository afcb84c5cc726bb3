use dintero_api::generated::signs::types::{Reaction, ReactionContent};
use dintero_api::serde_json::{json, to_value};

#[test]
fn signs_are_told_apart() {
    for (content, text) in [(ReactionContent::Plus1, "+1"), (ReactionContent::Minus1, "-1")] {
        assert_eq!(to_value(Reaction::new().content(content)).unwrap(), json!({"content": text}));
    }
}
