//! An example as bytes.

use serde::{Deserialize, Serialize};

use super::Example;

/// What is text or a single number; the arrays follow it, in the order of [`lengths`].
#[derive(Serialize, Deserialize)]
struct Head {
    instance_id: String,
    repo: String,
    language: String,
    n_gold: usize,
    n_gold_files: usize,
    n_candidates: usize,
    n_terms: usize,
    ids: Vec<String>,
    files: Vec<String>,
    lengths: [usize; N_ARRAYS],
}

const N_ARRAYS: usize = 7;

/// The example as bytes, not yet packed.
pub(super) fn encode(example: &Example) -> Vec<u8> {
    let gold: Vec<u8> = example.is_gold.iter().map(|&gold| u8::from(gold)).collect();
    let gold_files: Vec<u8> = example
        .is_gold_file
        .iter()
        .map(|&gold| u8::from(gold))
        .collect();
    let arrays: [&[u8]; N_ARRAYS] = [
        &gold,
        bytemuck::cast_slice(&example.hand),
        bytemuck::cast_slice(&example.file_of),
        bytemuck::cast_slice(&example.candidate_rows),
        &gold_files,
        bytemuck::cast_slice(&example.file_hand),
        bytemuck::cast_slice(&example.file_rows),
    ];
    let head = Head {
        instance_id: example.instance_id.clone(),
        repo: example.repo.clone(),
        language: example.language.clone(),
        n_gold: example.n_gold,
        n_gold_files: example.n_gold_files,
        n_candidates: example.n_candidates,
        n_terms: example.n_terms,
        ids: example.ids.clone(),
        files: example.files.clone(),
        lengths: arrays.map(<[u8]>::len),
    };
    let head = serde_json::to_vec(&head).unwrap_or_default();
    let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(&head);
    for array in arrays {
        bytes.extend_from_slice(array);
    }
    bytes
}

/// Reads what [`encode`] wrote; the error says what is wrong.
pub(super) fn decode(bytes: &[u8]) -> Result<Example, String> {
    let mut rest = bytes;
    let n = take(&mut rest, 8)?;
    let n = u64::from_le_bytes(n.try_into().map_err(|_| "no length")?);
    let n = usize::try_from(n).map_err(|_| "a head too long")?;
    let head: Head =
        serde_json::from_slice(take(&mut rest, n)?).map_err(|error| error.to_string())?;
    let mut arrays = [&[][..]; N_ARRAYS];
    for (array, length) in arrays.iter_mut().zip(head.lengths) {
        *array = take(&mut rest, length)?;
    }
    let [
        gold,
        hand,
        file_of,
        candidate_rows,
        gold_files,
        file_hand,
        file_rows,
    ] = arrays;
    let example = Example {
        instance_id: head.instance_id,
        repo: head.repo,
        language: head.language,
        n_gold: head.n_gold,
        n_gold_files: head.n_gold_files,
        n_candidates: head.n_candidates,
        n_terms: head.n_terms,
        ids: head.ids,
        is_gold: gold.iter().map(|&byte| byte != 0).collect(),
        hand: floats(hand),
        file_of: words(file_of),
        candidate_rows: floats(candidate_rows),
        files: head.files,
        is_gold_file: gold_files.iter().map(|&byte| byte != 0).collect(),
        file_hand: floats(file_hand),
        file_rows: floats(file_rows),
    };
    let n = example.ids.len();
    let fits = [
        example.is_gold.len(),
        example.hand.len(),
        example.file_of.len(),
    ];
    if fits.iter().any(|&length| length != n) || example.is_gold_file.len() != example.files.len() {
        return Err(format!(
            "{}: arrays of different lengths",
            example.instance_id
        ));
    }
    Ok(example)
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Result<&'a [u8], String> {
    let (taken, after) = rest
        .split_at_checked(n)
        .ok_or_else(|| "it ends too early".to_owned())?;
    *rest = after;
    Ok(taken)
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (chunks, _) = bytes.as_chunks::<4>();
    chunks
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let (chunks, _) = bytes.as_chunks::<4>();
    chunks
        .iter()
        .map(|bytes| u32::from_le_bytes(*bytes))
        .collect()
}
