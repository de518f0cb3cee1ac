//! The index on a cluster: settings and fields. `dynamic: strict` refuses what this table does not name.

use serde_json::{Value, json};

use super::columns;
use crate::engine::ranking::bm25::Saturation;
use crate::engine::ranking::weights;

/// Version of this mapping; raised when older indexes on a cluster can no longer be read.
pub(super) const VERSION: u64 = 5;
/// Number of copies of each shard beside the primary one.
pub(super) const REPLICAS: u32 = 1;

/// Returns the parameters by which the engine orders sections as an index does. The mean length of a section is over
/// all rows in an index, and over the sections in the engine.
fn of_sections(rows: u64, sections: u64) -> Saturation {
    let Saturation { k1, b } = weights::KEYWORD;
    let (fixed, by_length) = (1.0 - b, b * rows as f32 / sections.max(1) as f32);
    Saturation { k1: k1 * (fixed + by_length), b: by_length / (fixed + by_length) }
}

/// Returns the body that creates a generation. Rows and sections are those of the index that is published.
pub(super) fn index(shards: usize, [rows, sections]: [u64; 2]) -> Value {
    let Saturation { k1, b } = of_sections(rows, sections);
    let terms = |norms: bool, options: &str| {
        let analyzer = "whitespace";
        json!({ "type": "text", "analyzer": analyzer, "norms": norms, "index_options": options })
    };
    let keyword = json!({ "type": "keyword" });
    let number = json!({ "type": "long" });
    // Read from columns and never looked up.
    let column = json!({ "type": "keyword", "index": false });
    let packed = json!({ "type": "binary", "doc_values": true });
    let stored = json!({ "type": "keyword", "index": false, "doc_values": false });
    json!({
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": REPLICAS,
                // A run ends with a refresh of its own.
                "refresh_interval": "30s",
                // Pages of candidates are as large as this.
                "max_result_window": 10_000,
                // Rows are read in this order, so the engine need not sort those of a large answer.
                "sort.field": ["document", "position"],
                "similarity": { "sections": { "type": "BM25", "k1": k1, "b": b } },
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_source": { "includes": ["record"] },
            "properties": {
                "kind": keyword,
                "key": keyword,
                "source": keyword,
                "when": keyword,
                "document": keyword,
                "partner": keyword,
                "theme": keyword,
                "commitment": keyword,
                "series": keyword,
                "path": keyword,
                "publisher": keyword,
                "body": terms(true, "positions"),
                "heading": terms(false, "positions"),
                "title": terms(false, "positions"),
                "words": terms(true, "freqs"),
                "section_words": {
                    "type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "sections"
                },
                "date_start": number,
                "date_end": number,
                "position": number,
                "body_length": number,
                "words_length": number,
                "section_length": number,
                "run": number,
                "version": column,
                "record": stored,
                columns::PLACE: packed,
                columns::VALUES: packed,
                columns::LOOK: packed,
                columns::TITLE: packed,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::of_sections;
    use crate::engine::ranking::weights::KEYWORD;

    #[test]
    fn sections_have_the_weights_of_an_index_up_to_a_factor() {
        let (rows, sections, words) = (1000, 250, 40_000.0);
        let of_engine = of_sections(rows, sections);
        let factor = |count, length| {
            let ours = KEYWORD.weight(count, length, words / rows as f32) / (KEYWORD.k1 + 1.0);
            ours / (of_engine.weight(count, length, words / sections as f32) / (of_engine.k1 + 1.0))
        };
        for (count, length) in [(1, 10), (3, 160), (9, 2000)] {
            assert!((factor(count, length) - 1.0).abs() < 1e-5, "{count} {length}");
        }
    }
}
