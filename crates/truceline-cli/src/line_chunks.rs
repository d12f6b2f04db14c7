//! Files of lines, a few megabytes at a time. Comes in: a path, packed or not. Goes out: runs of
//! whole lines with the count of the lines before them. Never holds the file.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

const CHUNK: u64 = 4 << 20;
const GZIP: [u8; 2] = [0x1f, 0x8b];

pub struct LineChunks {
    reader: Box<dyn BufRead>,
    /// The most bytes a line may have.
    limit: u64,
    lines: usize,
}

pub struct Chunk {
    pub bytes: Vec<u8>,
    pub lines_before: usize,
}

impl LineChunks {
    /// `None` where the file cannot be cut at line ends as bytes: UTF-16, or no text at all.
    pub fn open(path: &Path, limit: usize) -> io::Result<Option<LineChunks>> {
        let mut file = BufReader::new(File::open(path)?);
        let mut reader: Box<dyn BufRead> = if file.fill_buf()?.starts_with(&GZIP) {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        // A head that cannot be unpacked is told of by whoever reads the file as a whole.
        let head = reader.fill_buf().unwrap_or(&[0]);
        let whole = head.is_empty() || head.contains(&0) || head.starts_with(&GZIP);
        Ok((!whole).then_some(LineChunks { reader, limit: limit as u64, lines: 0 }))
    }

    pub fn next(&mut self) -> io::Result<Option<Chunk>> {
        let mut bytes = Vec::new();
        (&mut self.reader).take(CHUNK).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.last() != Some(&b'\n') {
            (&mut self.reader).take(self.limit).read_until(b'\n', &mut bytes)?;
        }
        let lines_before = self.lines;
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        Ok(Some(Chunk { bytes, lines_before }))
    }
}
