fn main() {
    let offset: u32 = -1;
    println!("{}", offset);
}
