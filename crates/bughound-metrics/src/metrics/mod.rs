//! One metric per file. Each is a function of a [`Judged`](crate::Judged) ranking with values from 0 to 1;
//! where there is no right answer, every metric is 0.

mod accuracy;
mod any_hit;
mod average_precision;
mod f1;
mod iou;
mod ndcg;
mod precision;
mod recall;
mod reciprocal_rank;

pub use accuracy::{accuracy, capped_accuracy};
pub use any_hit::any_hit;
pub use average_precision::average_precision;
pub use f1::f1;
pub use iou::iou;
pub use ndcg::ndcg;
pub use precision::precision;
pub use recall::recall;
pub use reciprocal_rank::reciprocal_rank;
