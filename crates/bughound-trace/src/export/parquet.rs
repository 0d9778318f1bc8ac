//! JSON rows as a parquet file with nested columns, after the record shredding of Melnik et al. (Dremel, 2010).

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::Value;

/// What a column holds. Everything may be absent.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Text,
    Integer,
    Flag,
    List(Box<Self>),
    /// At least one field.
    Struct(Vec<(String, Self)>),
}

/// Writes rows, objects with the fields of `columns`, as one row group.
pub(super) fn write_parquet(
    columns: &[(String, Shape)],
    rows: &[Value],
    to: impl Write + Send,
) -> Result<()> {
    let fields = columns
        .iter()
        .map(|(name, shape)| schema(name, shape))
        .collect::<Result<Vec<_>>>()?;
    let root = Type::group_type_builder("schema")
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = SerializedFileWriter::new(to, Arc::new(root), Arc::new(properties))?;

    let mut leaves = Vec::new();
    for (_, shape) in columns {
        add_leaves(shape, &mut leaves);
    }
    for row in rows {
        let mut rest = leaves.as_mut_slice();
        for (name, shape) in columns {
            let value = row.get(name).unwrap_or(&Value::Null);
            rest = shred(value, shape, Levels::default(), rest);
        }
    }
    let mut group = writer.next_row_group()?;
    for leaf in &leaves {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        let (definition, repetition) = (Some(&leaf.definition[..]), Some(&leaf.repetition[..]));
        match &leaf.values {
            Values::Text(values) => {
                let typed = column.typed::<ByteArrayType>();
                typed.write_batch(values, definition, repetition)?;
            }
            Values::Integer(values) => {
                let typed = column.typed::<Int64Type>();
                typed.write_batch(values, definition, repetition)?;
            }
            Values::Flag(values) => {
                let typed = column.typed::<BoolType>();
                typed.write_batch(values, definition, repetition)?;
            }
        }
        column.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

fn schema(name: &str, shape: &Shape) -> Result<Arc<Type>> {
    let primitive = |physical, logical| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    };
    let group = |name: &str, repetition, fields, logical| {
        Type::group_type_builder(name)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .with_fields(fields)
            .build()
    };
    let built = match shape {
        Shape::Text => primitive(PhysicalType::BYTE_ARRAY, Some(LogicalType::String))?,
        Shape::Integer => primitive(PhysicalType::INT64, None)?,
        Shape::Flag => primitive(PhysicalType::BOOLEAN, None)?,
        Shape::List(item) => {
            let items = vec![schema("element", item)?];
            let list = group("list", Repetition::REPEATED, items, None)?;
            let lists = vec![Arc::new(list)];
            group(name, Repetition::OPTIONAL, lists, Some(LogicalType::List))?
        }
        Shape::Struct(fields) => {
            let fields = fields
                .iter()
                .map(|(name, shape)| schema(name, shape))
                .collect::<Result<Vec<_>>>()?;
            group(name, Repetition::OPTIONAL, fields, None)?
        }
    };
    Ok(Arc::new(built))
}

/// One column of single values.
struct Leaf {
    values: Values,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Flag(Vec<bool>),
}

fn add_leaves(shape: &Shape, leaves: &mut Vec<Leaf>) {
    let values = match shape {
        Shape::Text => Values::Text(Vec::new()),
        Shape::Integer => Values::Integer(Vec::new()),
        Shape::Flag => Values::Flag(Vec::new()),
        Shape::List(item) => return add_leaves(item, leaves),
        Shape::Struct(fields) => {
            for (_, field) in fields {
                add_leaves(field, leaves);
            }
            return;
        }
    };
    leaves.push(Leaf {
        values,
        definition: Vec::new(),
        repetition: Vec::new(),
    });
}

/// How much of the way to a value is there, and in which list an item goes on.
#[derive(Clone, Copy, Default)]
struct Levels {
    definition: i16,
    repetition: i16,
    /// Lists around the value.
    lists: i16,
}

/// Appends a value to the leaves of its shape; the leaves of the shapes behind it come back.
fn shred<'l>(value: &Value, shape: &Shape, at: Levels, leaves: &'l mut [Leaf]) -> &'l mut [Leaf] {
    let deeper = Levels {
        definition: at.definition + 1,
        ..at
    };
    match (shape, value) {
        (Shape::Struct(fields), Value::Object(_)) => {
            let mut rest = leaves;
            for (name, field) in fields {
                let value = value.get(name).unwrap_or(&Value::Null);
                rest = shred(value, field, deeper, rest);
            }
            rest
        }
        (Shape::Struct(fields), _) => {
            let mut rest = leaves;
            for (_, field) in fields {
                rest = shred_nothing(field, at, rest);
            }
            rest
        }
        (Shape::List(item), Value::Array(items)) if !items.is_empty() => {
            let n_leaves = {
                let mut count = Vec::new();
                add_leaves(item, &mut count);
                count.len()
            };
            let (own, rest) = leaves.split_at_mut(n_leaves);
            for (n, value) in items.iter().enumerate() {
                let inner = Levels {
                    definition: at.definition + 2,
                    repetition: if n == 0 { at.repetition } else { at.lists + 1 },
                    lists: at.lists + 1,
                };
                shred(value, item, inner, own);
            }
            rest
        }
        (Shape::List(item), Value::Array(_)) => shred_nothing(item, deeper, leaves),
        (Shape::List(item), _) => shred_nothing(item, at, leaves),
        (Shape::Text | Shape::Integer | Shape::Flag, value) => {
            let Some((leaf, rest)) = leaves.split_first_mut() else {
                return Default::default();
            };
            let is_there = leaf.push(value);
            leaf.definition.push(if is_there {
                deeper.definition
            } else {
                at.definition
            });
            leaf.repetition.push(at.repetition);
            rest
        }
    }
}

/// The way ends here for all leaves of a shape.
fn shred_nothing<'l>(shape: &Shape, at: Levels, leaves: &'l mut [Leaf]) -> &'l mut [Leaf] {
    let mut own = Vec::new();
    add_leaves(shape, &mut own);
    let (own, rest) = leaves.split_at_mut(own.len());
    for leaf in own {
        leaf.definition.push(at.definition);
        leaf.repetition.push(at.repetition);
    }
    rest
}

impl Leaf {
    /// Whether the value was of the leaf's kind.
    fn push(&mut self, value: &Value) -> bool {
        match (&mut self.values, value) {
            (Values::Text(values), Value::String(text)) => values.push(text.as_bytes().into()),
            (Values::Integer(values), Value::Number(number)) => match number.as_i64() {
                Some(number) => values.push(number),
                None => return false,
            },
            (Values::Flag(values), Value::Bool(flag)) => values.push(*flag),
            _ => return false,
        }
        true
    }
}
