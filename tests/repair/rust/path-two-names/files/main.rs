mod tone;

use tone::load_c;

fn main() {
    println!("{}", load_c(1));
}
