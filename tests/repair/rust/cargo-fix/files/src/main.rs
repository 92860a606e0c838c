#![deny(ellipsis_inclusive_range_patterns)]

fn size(n: u32) -> &'static str {
    match n {
        0...9 => "small",
        _ => "large",
    }
}

fn main() {
    println!("{}", size(9));
}
