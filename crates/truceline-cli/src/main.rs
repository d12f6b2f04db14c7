fn main() {
    println!("truceline {}", env!("CARGO_PKG_VERSION"));
}
