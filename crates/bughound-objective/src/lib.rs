//! What a policy is changed for: the clipped policy gradient with advantages from groups, over sequences of
//! decisions.
//!
//! A decision is whatever a policy draws from a distribution of its own: which definition to open, when to stop,
//! what stands in which place of the ranking; and, for a language model, each token that it writes. The objective
//! sees its log-probabilities only: under the policy that **sampled** it, under the **current** one, and, where one
//! is given, under a **reference**. So it is the same function for all of them, and knows nothing of networks: it
//! gives the loss, its slope in each current log-probability, and statistics.
//!
//! For a sequence of advantage `A` and a decision of ratio `ρ = exp(current − sampled)`:
//!
//! ```text
//! l = max( −A·ρ, −A·clip(ρ, 1 − low, 1 + high) )          where A < 0: at most −A·dual
//!     + β·( exp(reference − current) − (reference − current) − 1 )
//! ```
//!
//! Sources: Schulman et al., *Proximal policy optimization algorithms* (2017); Shao et al., *DeepSeekMath* (2024) for
//! groups and the third estimator of the divergence (k3); Ye et al. (AAAI 2020) for the dual clip; Yu et al., *DAPO*
//! (2025) for separate low and high clips, the mean over tokens, and dropping groups without variance; Ahmadian et
//! al., *Back to basics* (ACL 2024) for leave-one-out; Liu et al., *Understanding R1-Zero-like training* (2025) for
//! leaving the standard deviation out and dividing by a constant length.

mod advantage;
mod loss;

pub use advantage::{AdvantageSettings, Advantages, Baseline, advantages};
pub use loss::{
    Aggregation, Decision, End, KlToReference, Objective, ObjectiveSettings, ObjectiveStats,
    Sequence, objective,
};
