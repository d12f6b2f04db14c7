//! The flat tables as Parquet. Comes in: rows of cells. Goes out: one file of typed columns, all of
//! which may be null, packed with Snappy, in groups of rows so that memory stays bounded.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::Result as Packed,
    file::{
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{Type, TypePtr},
};

use super::{
    table::{Cell, Columns, Kind, Table},
    written,
};
use crate::{Asked, Ledger, Result};

/// Rows that are held before they are written.
const GROUP: usize = 1 << 14;

pub fn export(
    table: Table,
    ledger: &Ledger,
    asked: Asked,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    let columns = table.columns();
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let name = format!("{table:?}").to_lowercase();
    let schema = schema(&name, columns).map_err(written)?;
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(written)?;
    let mut held = Vec::new();
    let mut write = |held: &mut Vec<Vec<Cell>>| -> Packed<()> {
        group(file.next_row_group()?, columns, &std::mem::take(held))
    };
    table.rows(ledger, asked, &mut |row| {
        held.push(row);
        if held.len() < GROUP { Ok(()) } else { write(&mut held).map_err(written) }
    })?;
    if !held.is_empty() {
        write(&mut held).map_err(written)?;
    }
    file.close().map_err(written)?;
    Ok(())
}

fn schema(name: &str, columns: Columns) -> Packed<TypePtr> {
    let mut fields = Vec::new();
    for (name, kind) in columns {
        let (physical, logical) = match kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Count => (Physical::INT64, None),
            Kind::Degrees => (Physical::DOUBLE, None),
            Kind::Flag => (Physical::BOOLEAN, None),
            Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(Repetition::OPTIONAL)
            .build()?;
        fields.push(Arc::new(field));
    }
    Ok(Arc::new(Type::group_type_builder(name).with_fields(fields).build()?))
}

fn group<W: Write + Send>(
    mut to: SerializedRowGroupWriter<'_, W>,
    columns: Columns,
    rows: &[Vec<Cell>],
) -> Packed<()> {
    for (at, (_, kind)) in columns.iter().enumerate() {
        let Some(mut column) = to.next_column()? else { break };
        let cells = rows.iter().map(|row| &row[at]);
        match kind {
            Kind::Text => fill::<ByteArrayType>(&mut column, cells, |it| match it {
                Cell::Text(it) => Some(ByteArray::from(it.as_str())),
                _ => None,
            }),
            Kind::Count => fill::<Int64Type>(&mut column, cells, |it| match it {
                Cell::Count(it) => i64::try_from(*it).ok(),
                _ => None,
            }),
            Kind::Degrees => fill::<DoubleType>(&mut column, cells, |it| match it {
                Cell::Degrees(it) => Some(*it),
                _ => None,
            }),
            Kind::Flag => fill::<BoolType>(&mut column, cells, |it| match it {
                Cell::Flag(it) => Some(*it),
                _ => None,
            }),
            Kind::Time => fill::<Int64Type>(&mut column, cells, |it| match it {
                Cell::Time(it) => Some(it.as_microsecond()),
                _ => None,
            }),
        }?;
        column.close()?;
    }
    to.close()?;
    Ok(())
}

/// Writes a column of a group: a level of 1 where there is a value, of 0 where it is null.
fn fill<'a, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = &'a Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Packed<()> {
    let values: Vec<Option<T::T>> = cells.map(value).collect();
    let levels: Vec<i16> = values.iter().map(|it| i16::from(it.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}
