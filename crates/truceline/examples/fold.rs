use truceline::{claim::fold::*, pack::Source, read::Reader, text::Text};
fn main() {
    let reader = Reader::load(&Source::Embedded).unwrap();
    for arg in std::env::args().skip(1) {
        let text = Text::new(arg);
        let found = Found {
            truces: reader.truces.find(&text, true),
            whos: reader.actors.find(&text, &[]),
            wheres: reader.places.find(&text, &[]),
            whens: reader.times.find(&text),
        };
        for sentence in &text.sentences {
            println!("{}", reader.drawer.explain(&text, sentence, &found));
        }
    }
}
