//! Times the import of one file.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
use collect::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let spec = ImportSpec::preset(retail::Kind::Orders, "online-retail");
    for _ in 0..5 {
        let t = std::time::Instant::now();
        let s = sniff(path.as_ref(), &spec.options).unwrap();
        let v = spec.check(&s).unwrap();
        let ts = t.elapsed();
        let args = ImportArgs::new("i", jiff::Timestamp::UNIX_EPOCH, [0; 32]);
        let mut n = 0;
        for c in Importer::open(&v, args).unwrap() {
            n += c.unwrap().read;
        }
        let e = t.elapsed().as_secs_f64();
        println!("sniff {ts:?} total {e:.3} {:.0}/s", n as f64 / e);
    }
}
