pub fn next(a: u32) -> u32 {
    a + 1;
}
