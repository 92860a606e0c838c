pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
