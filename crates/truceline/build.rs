//! The packs and the world data are compiled in: rebuild when one of their files changes.
fn main() {
    println!("cargo:rerun-if-changed=../../lang");
    println!("cargo:rerun-if-changed=../../world");
}
