//! The weights inside the binary fit the features that it computes.

use bughound_hound::Judge;
use bughound_hound::scorer::Scorer;

#[test]
fn the_weights_inside_are_sound() {
    let scorer = Scorer::embedded().unwrap();
    assert_ne!(Judge::Learned.name(), "hand");
    let calibration = scorer.calibration();
    assert!(calibration.slope > 0.0);
    let likely = [0.001, 0.1, 0.5, 0.9].map(|share| calibration.probability(share));
    assert!(likely.is_sorted() && likely[0] > 0.0 && likely[3] < 1.0);
}
