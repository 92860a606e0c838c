mod scan;

pub use scan::words;

#[cfg(test)]
mod tests {
    #[test]
    fn splits() {
        assert_eq!(crate::scan::words("a b"), ["a", "b"]);
    }
}
