//! Parameters as safetensors bytes.

use std::collections::BTreeMap;

use bughound_net::weights::{Storage, WeightsFile, WeightsWriter};
use bughound_net::{Matrix, Params, Rng};
use proptest::prelude::*;

fn some_params(seed: u64) -> Params {
    let mut rng = Rng::new(seed);
    let mut params = Params::new();
    params.add("w", Matrix::glorot(5, 3, &mut rng));
    params.add("a.bias", Matrix::glorot(1, 3, &mut rng));
    params
}

fn metadata() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("trained_on".to_owned(), "\"x\" ü".to_owned()),
        ("format".to_owned(), "1".to_owned()),
    ])
}

fn bytes(storage: Storage) -> Vec<u8> {
    let mut writer = WeightsWriter::new();
    writer.add("one.", &some_params(1), storage);
    writer.add("two.", &some_params(2), Storage::F32);
    writer.finish(&metadata())
}

#[test]
fn what_was_written_is_read() {
    let bytes = bytes(Storage::F32);
    let file = WeightsFile::parse(&bytes).unwrap();
    assert_eq!(file.metadata(), &metadata());
    assert_eq!(file.params("one.").unwrap(), some_params(1));
    assert_eq!(file.params("two.").unwrap(), some_params(2));
    assert_eq!(file.params("").unwrap().len(), 4);
    assert!(file.params("three.").unwrap().is_empty());
}

#[test]
fn the_same_parameters_give_the_same_bytes() {
    for storage in [Storage::F32, Storage::F16, Storage::I8] {
        assert_eq!(bytes(storage), bytes(storage));
    }
}

#[test]
fn fewer_bits_keep_the_values_nearly() {
    let check = |storage: Storage, worst: f32| {
        let bytes = bytes(storage);
        let params = WeightsFile::parse(&bytes).unwrap().params("one.").unwrap();
        assert_eq!(params.len(), 2);
        for (name, expect) in some_params(1).iter() {
            let found = params.get(params.find(name).unwrap());
            assert_eq!(found.shape(), expect.shape());
            for (found, expect) in found.data.iter().zip(&expect.data) {
                assert!(
                    (found - expect).abs() < worst,
                    "{storage:?}: {found} {expect}"
                );
            }
        }
    };
    check(Storage::F16, 1e-3);
    check(Storage::I8, 2e-2);
}

/// The library that everybody else uses reads what we write.
#[test]
fn the_reference_library_reads_it() {
    for (storage, dtype) in [
        (Storage::F32, safetensors::Dtype::F32),
        (Storage::F16, safetensors::Dtype::F16),
        (Storage::I8, safetensors::Dtype::I8),
    ] {
        let bytes = bytes(storage);
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let tensor = tensors.tensor("one.w").unwrap();
        assert_eq!(tensor.dtype(), dtype);
        assert_eq!(tensor.shape(), [5, 3]);
        let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(
            header.metadata().as_ref().unwrap()["trained_on"],
            metadata()["trained_on"]
        );
    }
}

#[test]
fn we_read_what_the_reference_library_wrote() {
    let values: Vec<u8> = [1.0_f32, -2.0, 0.5]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let view =
        safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![3], &values).unwrap();
    let bytes = safetensors::serialize([("bias", view)], None).unwrap();
    let params = WeightsFile::parse(&bytes).unwrap().params("").unwrap();
    let bias = params.get(params.expect("bias", (1, 3)).unwrap());
    assert_eq!(bias.data, [1.0, -2.0, 0.5]);
    assert_eq!(
        params.expect("bias", (3, 1)).unwrap_err().to_string(),
        "`bias` is 1 x 3 where 3 x 1 is needed"
    );
}

#[test]
fn other_bytes_are_refused() {
    let check = |header: &str, body: usize, expect: &str| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + body, 0);
        let error = WeightsFile::parse(&bytes)
            .and_then(|file| file.params(""))
            .unwrap_err()
            .to_string();
        assert_eq!(error, format!("not a file of weights: {expect}"));
    };
    check(
        "[]",
        0,
        "its header is not JSON: invalid type: sequence, expected a map at line 1 column 0",
    );
    check(
        r#"{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
        8,
        "`w` holds numbers of type F64; F32, F16 and I8 are read",
    );
    check(
        r#"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#,
        15,
        "`w` of shape [2, 2] lies at 0 to 16 of 15 bytes",
    );
    check(
        r#"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[16,0]}}"#,
        16,
        "`w` of shape [2, 2] lies at 16 to 0 of 16 bytes",
    );
    check(
        r#"{"w":{"dtype":"F32","shape":[4294967296,4294967296,1],"data_offsets":[0,0]}}"#,
        0,
        "`w` has 3 dimensions; two are read",
    );
    check(
        r#"{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
        0,
        "`w` of shape [4294967296, 4294967296] lies at 0 to 0 of 0 bytes",
    );
    check(
        r#"{"w":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]}}"#,
        4,
        "`w` has no scale for each row",
    );
    assert!(WeightsFile::parse(&[1, 2]).is_err());
    assert!(WeightsFile::parse(&u64::MAX.to_le_bytes()).is_err());
}

proptest! {
    #[test]
    fn damaged_files_never_panic(at in 0..400_usize, value: u8, cut in 0..600_usize) {
        let mut bytes = bytes(Storage::I8);
        if let Some(byte) = bytes.get_mut(at) {
            *byte = value;
        }
        bytes.truncate(cut);
        if let Ok(file) = WeightsFile::parse(&bytes) {
            let _ = file.params("");
        }
    }
}
