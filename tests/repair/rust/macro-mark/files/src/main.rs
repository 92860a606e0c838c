fn main() {
    let name = "ada";
    let total = 3 + 4;
    println("{} has {}", name, total);
}
