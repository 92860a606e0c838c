mod tone_util;

fn main() {
    println!("{}", tone::mix(1, 2));
}
