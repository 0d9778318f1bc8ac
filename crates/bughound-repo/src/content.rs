//! Bytes of one blob, file or link, with the limit on their size.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use gix::objs::{Find, Kind};
use gix::odb::find::Header;

use crate::error::reasons;
use crate::repo::ObjectDatabase;
use crate::{MAX_CONTENT_BYTES, ObjectId};

const ABSENT: &str = "its content is not in the object database (a partial clone leaves blobs out; \
                      `git fetch --refetch` gets them)";

/// The blob `id`, into `buffer`.
pub(crate) fn read_blob(
    objects: &ObjectDatabase,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<(), String> {
    let (kind, len) = match objects.try_find(&id.to_gix(), buffer) {
        Ok(Some(data)) => (data.kind, data.data.len()),
        Ok(None) => return Err(ABSENT.to_owned()),
        // The database makes no room for very large objects: tell that rather than how it said so.
        Err(error) => match blob_size(objects, id) {
            Ok(size) if size > MAX_CONTENT_BYTES => return Err(too_large(size)),
            _ => {
                return Err(format!(
                    "its object {id} cannot be decoded: {}",
                    reasons(&error)
                ));
            }
        },
    };
    buffer.truncate(len);
    if kind != Kind::Blob {
        return Err(format!("its object {id} is a {kind}, not a file"));
    }
    if len as u64 > MAX_CONTENT_BYTES {
        return Err(too_large(len as u64));
    }
    Ok(())
}

/// The size of the blob `id`, from its head alone.
pub(crate) fn blob_size(objects: &ObjectDatabase, id: ObjectId) -> Result<u64, String> {
    match gix::prelude::HeaderExt::header(&**objects, id.to_gix()) {
        Ok(Header::Loose { size, .. }) => Ok(size),
        Ok(Header::Packed(packed)) => Ok(packed.object_size),
        Err(_) => Err(ABSENT.to_owned()),
    }
}

/// A regular file as it is now, into `buffer`.
pub(crate) fn read_regular(path: &Path, buffer: &mut Vec<u8>) -> Result<(), String> {
    buffer.clear();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if size > MAX_CONTENT_BYTES {
        return Err(too_large(size));
    }
    // It may grow while it is being read.
    file.take(MAX_CONTENT_BYTES + 1)
        .read_to_end(buffer)
        .map_err(|error| error.to_string())?;
    if buffer.len() as u64 > MAX_CONTENT_BYTES {
        return Err(too_large(buffer.len() as u64));
    }
    Ok(())
}

/// Where a symbolic link points to, as git stores it.
pub(crate) fn read_link(path: &Path) -> Result<Vec<u8>, String> {
    let target = fs::read_link(path).map_err(|error| error.to_string())?;
    Ok(target.into_os_string().into_encoded_bytes())
}

/// The id that git gives to a blob with these bytes.
pub(crate) fn blob_id(bytes: &[u8]) -> Result<ObjectId, String> {
    let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, Kind::Blob, bytes)
        .map_err(|error| reasons(&error))?;
    ObjectId::from_gix(&id).ok_or_else(|| "its id is not SHA-1".to_owned())
}

pub(crate) fn too_large(size: u64) -> String {
    format!("its {size} bytes are more than the {MAX_CONTENT_BYTES} that are read")
}
