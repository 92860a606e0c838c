#[derive(Debug)]
struct Float32(f32);
fn main() {
    let x: Float64 = Float64(1.0);
    println!("{:?}", x);
}
