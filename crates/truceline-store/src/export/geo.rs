//! GeoJSON of scopes: a point per truce and place that has coordinates.

use std::io::Write;

use serde_json::json;
use truceline::ledger::status::verdict;

use super::written;
use crate::{Asked, Ledger, Result};

pub fn export(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    let mut features = Vec::new();
    ledger.views(ledger.as_of(asked.as_of)?, |view| {
        let verdict = verdict(view, asked.at.as_second());
        for place in &view.places {
            let Some((lat, lon)) = place.value.lat.zip(place.value.lon) else { continue };
            features.push((
                view.id.clone(),
                json!({
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [lon, lat]},
                    "properties": {
                        "truce": view.id, "label": view.label, "place": place.value.name,
                        "country": place.value.country, "status": verdict.status.name(),
                        "in_force": verdict.in_force.name(),
                        "start": view.starts.first().map(|it| &it.value.edtf),
                        "end": view.windows.last().and_then(|it| it.end.as_ref()).map(|it| &it.edtf),
                        "families": place.families, "claims": view.claims, "reports": view.reports,
                    },
                }),
            ));
        }
    })?;
    features.sort_by(|a, b| a.0.cmp(&b.0));
    let features: Vec<_> = features.into_iter().map(|it| it.1).collect();
    writeln!(out, "{}", json!({"type": "FeatureCollection", "features": features})).map_err(written)
}
