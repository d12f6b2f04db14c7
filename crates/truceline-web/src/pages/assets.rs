//! What pages load besides themselves. Comes in: a file name. Goes out: bytes compiled in, under a
//! name that holds their digest, so that they may be kept for ever. Never reads a file.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use truceline::ledger::entry::{hex, sha256};

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const ASSETS: [Asset; 5] = [
    Asset { name: "page.css", kind: CSS, bytes: include_bytes!("../../assets/page.css") },
    Asset { name: "page.js", kind: JS, bytes: include_bytes!("../../assets/page.js") },
    Asset { name: "icon.svg", kind: SVG, bytes: include_bytes!("../../assets/icon.svg") },
    Asset { name: "world.svg", kind: SVG, bytes: include_bytes!("../../assets/world.svg") },
    Asset { name: "near.svg", kind: SVG, bytes: include_bytes!("../../assets/near.svg") },
];

/// `/assets/page-0123456789abcdef.css`, in the order of `ASSETS`.
static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| ASSETS.iter().map(address_of).collect());

fn address_of(asset: &Asset) -> String {
    let digest = hex(&sha256(asset.bytes)[..8]);
    let (stem, ending) = asset.name.split_once('.').unwrap_or((asset.name, "bin"));
    format!("/assets/{stem}-{digest}.{ending}")
}

/// Where an asset is served; empty for a name that no asset has.
pub fn address(name: &str) -> &'static str {
    let at = ASSETS.iter().position(|it| it.name == name);
    at.and_then(|at| ADDRESSES.get(at)).map_or("", String::as_str)
}

pub async fn serve(Path(file): Path<String>) -> Response {
    let wanted = format!("/assets/{file}");
    let Some(at) = ADDRESSES.iter().position(|it| *it == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(ASSETS[at].kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, ASSETS[at].bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, address};

    #[test]
    fn every_asset_has_an_address_that_changes_with_it() {
        for it in &ASSETS {
            let (stem, ending) = it.name.split_once('.').unwrap();
            let address = address(it.name);
            assert!(address.starts_with(&format!("/assets/{stem}-")), "{address}");
            assert!(address.ends_with(&format!(".{ending}")), "{address}");
            assert_eq!(address.len(), "/assets/".len() + it.name.len() + 17);
        }
        assert_eq!(address("../Cargo.toml"), "");
    }
}
