pub fn area(side: u32) -> u32 {
    leet width = side + 1;
    width * side
}
