use crate::{Asked, Ledger, Result};
use std::io::Write;
pub fn truces(_: &Ledger, _: Asked, _: &mut dyn Write) -> Result<()> {
    Ok(())
}
pub fn claims(_: &Ledger, _: Asked, _: &mut dyn Write) -> Result<()> {
    Ok(())
}
