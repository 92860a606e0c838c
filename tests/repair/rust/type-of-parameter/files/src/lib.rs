fn repeat(word: &str, n: bool) -> String {
    word.repeat(n)
}

pub fn line(n: usize) -> String {
    repeat("-", n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long() {
        assert_eq!(line(3), "---");
    }
}
