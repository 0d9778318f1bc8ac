//! Kinds of evidence: what a person would call the features that say the same sort of thing.

use crate::features::CandidateFeature as C;

/// A kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Words in common with the issue.
    Words = 0,
    /// Named, called, linked, raised, or in a stack trace.
    Mentions = 1,
    /// Calls, classes and names alike: what stands near in the code.
    Structure = 2,
    /// What earlier commits changed.
    History = 3,
    /// What tests like the issue use.
    Tests = 4,
    /// What it is like: length, visibility, how often it is used.
    Shape = 5,
    /// How well its file fits.
    File = 6,
    /// Mixtures of the others, and places in their order.
    Mixture = 7,
}

/// Number of kinds.
pub(crate) const N_KINDS: usize = 8;

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; N_KINDS] = [
        Self::Words,
        Self::Mentions,
        Self::Structure,
        Self::History,
        Self::Tests,
        Self::Shape,
        Self::File,
        Self::Mixture,
    ];

    /// As `docs/features.md` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Mentions => "mentions",
            Self::Structure => "structure",
            Self::History => "history",
            Self::Tests => "tests",
            Self::Shape => "shape",
            Self::File => "file",
            Self::Mixture => "mixture",
        }
    }
}

impl C {
    /// What kind of evidence it is.
    pub fn kind(self) -> Kind {
        match self {
            Self::Bm25f
            | Self::Bm25fTitle
            | Self::Bm25fHead
            | Self::Bm25fInline
            | Self::Bm25fCode
            | Self::Bm25fProse
            | Self::Bm25fTraceback
            | Self::Bm25fWhole
            | Self::FieldPath
            | Self::FieldName
            | Self::FieldClassName
            | Self::FieldSignature
            | Self::FieldDoc
            | Self::FieldBody
            | Self::FieldClassContext
            | Self::BestTerm
            | Self::BestThree
            | Self::Coverage
            | Self::TitleCoverage
            | Self::MatchedTerms
            | Self::IssueBm25f
            | Self::NameCoverage
            | Self::NameTitleCoverage
            | Self::ClassCoverage
            | Self::NamePhrase => Kind::Words,
            Self::Name
            | Self::ClassName
            | Self::OwnClass
            | Self::Dotted
            | Self::Traceback
            | Self::Link
            | Self::Literal
            | Self::LiteralError
            | Self::LiteralMessage
            | Self::Exact
            | Self::InTitle
            | Self::Called
            | Self::Inlined
            | Self::InCode
            | Self::FrameLine
            | Self::FrameDepth
            | Self::NameForms
            | Self::Raises => Kind::Mentions,
            Self::Spread
            | Self::ClassBase
            | Self::Alike
            | Self::Callee
            | Self::Caller
            | Self::CalleeTwice
            | Self::CallerTwice
            | Self::CalledTogether
            | Self::CalleeOfExact
            | Self::CallerOfExact
            | Self::CalledByBest
            | Self::CallsBest
            | Self::SiblingBest
            | Self::SiblingMean
            | Self::MemberBest
            | Self::OverrideBest
            | Self::CousinBest
            | Self::RelativeBase => Kind::Structure,
            Self::SimilarFixes
            | Self::SimilarFixesBest
            | Self::SimilarFixesRank
            | Self::SimilarFixesCount
            | Self::SimilarFixesClass
            | Self::ChangedBeside => Kind::History,
            Self::TestFiles | Self::TestFunctions => Kind::Tests,
            Self::Lines
            | Self::Members
            | Self::IsType
            | Self::IsMethod
            | Self::IsPrivate
            | Self::IsSpecial
            | Self::IsConstructor
            | Self::IsProperty
            | Self::IsStatic
            | Self::IsAsync
            | Self::IsAbstract
            | Self::IsTest
            | Self::IsSupport
            | Self::IsVendored
            | Self::IsExported
            | Self::Depth
            | Self::BodyTerms
            | Self::SignatureTerms
            | Self::DocTerms
            | Self::MentionsOut
            | Self::MentionsIn
            | Self::SameName => Kind::Shape,
            Self::File => Kind::File,
            Self::Base | Self::FileGap | Self::FileRank | Self::ClassGap | Self::ClassRank => {
                Kind::Mixture
            }
        }
    }
}
