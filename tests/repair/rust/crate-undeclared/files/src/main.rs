use colour::mix;

fn main() {
    println!("{}", mix());
}
