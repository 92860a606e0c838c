fn walk(stop: i32, step: i32) -> i32 {
    let mut n = 0;
    while n < stop {
        n += stp;
    }
    n + step
}

fn main() {
    println!("{}", walk(10, 2));
}
