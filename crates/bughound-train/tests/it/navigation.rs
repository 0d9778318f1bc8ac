//! Training a navigator on small made-up worlds where reading pays.

use bughound_hound::navigate::{Edge, EdgeKind, N_KNOWN, N_READ, Navigator, World, init_params};
use bughound_net::Rng;
use bughound_train::ByProject;
use bughound_train::TrainError;
use bughound_train::navigation::{
    GrpoRecord, GrpoSettings, Log, Quality, Reward, RewardSettings, SftRecord, SftSettings, Start,
    Stop, StoredWorld, WorldFolder, grpo, measure, reward, sample, sft,
};

/// Eight candidates. The right one is somewhere behind the first; only reading it tells, and only the
/// candidate that the prior likes best leads to it.
fn world(seed: u64) -> StoredWorld {
    let mut rng = Rng::new(seed);
    let n = 8;
    let gold = 1 + rng.below(5);
    let mut world = World::default();
    for at in 0..n {
        let prior = 1.2 - 0.35 * at as f32;
        let mut known = [0.0; N_KNOWN];
        known[0] = prior;
        known[3] = if at == 0 { 0.3 } else { 0.05 };
        let mut read = [0.0; N_READ];
        read[0] = if at == gold { 0.9 } else { 0.1 * rng.uniform() };
        read[2] = read[0];
        world.prior.push(prior);
        world.known.push(known);
        world.read.push(read);
        world.edges.push(Vec::new());
    }
    world.edges[0].push(Edge {
        kind: EdgeKind::Callee,
        to: u16::try_from(gold).unwrap(),
    });
    StoredWorld {
        instance_id: format!("made-up-{seed}"),
        repo: format!("made/up{}", seed % 5),
        world,
        is_gold: (0..n).map(|at| at == gold).collect(),
        n_gold: 1,
    }
}

fn worlds(from: u64, n: u64) -> Vec<StoredWorld> {
    (from..from + n).map(world).collect()
}

#[derive(Default)]
struct Kept {
    sft: Vec<SftRecord>,
    grpo: Vec<GrpoRecord>,
    stop_after: Option<usize>,
}

impl Log for Kept {
    fn sft(&mut self, record: &SftRecord) {
        self.sft.push(*record);
    }

    fn grpo(&mut self, record: &GrpoRecord) {
        self.grpo.push(*record);
    }

    fn should_stop(&self) -> bool {
        self.stop_after
            .is_some_and(|n| self.sft.len() + self.grpo.len() >= n)
    }
}

fn imitation() -> SftSettings {
    SftSettings {
        epochs: 16,
        batch: 8,
        rate: 5e-3,
        budget: 3,
        ..SftSettings::default()
    }
}

fn reinforcement() -> GrpoSettings {
    GrpoSettings {
        epochs: 8,
        batch: 8,
        group: 8,
        updates: 1,
        rate: 4e-3,
        budget: 3,
        by_deviation: true,
        ..GrpoSettings::default()
    }
}

fn ndcg(navigator: Option<&Navigator>) -> f64 {
    let held_out = worlds(1000, 40);
    let refs: Vec<&StoredWorld> = held_out.iter().collect();
    let tasks = measure(navigator, &refs, 3, Start::Demonstrations);
    Quality::of(&tasks).ndcg
}

#[test]
fn both_stages_learn_to_read_where_it_pays() {
    let train = worlds(0, 24);
    let refs: Vec<&StoredWorld> = train.iter().collect();
    let prior = ndcg(None);
    let mut log = Kept::default();
    let imitated = sft(&refs, &imitation(), &mut log).unwrap();
    let (first, last) = (log.sft[0], log.sft[log.sft.len() - 1]);
    assert!(
        last.steps_loss < first.steps_loss && last.ranking_loss < first.ranking_loss,
        "{first:?} {last:?}"
    );
    let after_imitation = ndcg(Some(&imitated));
    assert!(
        after_imitation > prior + 0.2,
        "{prior} then {after_imitation}"
    );

    let reinforced = grpo(&imitated, &refs, &reinforcement(), &mut log).unwrap();
    let after_both = ndcg(Some(&reinforced));
    assert!(
        after_both > after_imitation - 0.05,
        "{after_imitation} then {after_both}"
    );
    assert!(after_both > 0.9, "{after_both}");
}

#[test]
fn reinforcement_alone_improves() {
    let train = worlds(0, 24);
    let refs: Vec<&StoredWorld> = train.iter().collect();
    let start = Navigator::new(init_params(3)).unwrap();
    let mut log = Kept::default();
    let settings = GrpoSettings {
        epochs: 20,
        rate: 1e-2,
        ..reinforcement()
    };
    grpo(&start, &refs, &settings, &mut log).unwrap();
    let mean = |records: &[GrpoRecord]| {
        records.iter().map(|r| r.reward).sum::<f64>() / records.len() as f64
    };
    let (early, late) = (mean(&log.grpo[..6]), mean(&log.grpo[log.grpo.len() - 6..]));
    assert!(late > early + 0.1, "{early} then {late}");
    for record in &log.grpo {
        assert!((record.reward - (record.ndcg - record.cost)).abs() < 1e-9);
        assert!((record.exits + record.budget_ends - 1.0).abs() < 1e-9);
        assert!(record.objective.n_not_finite == 0 && record.slope.is_finite());
        // The first and only update is made by the weights that searched; there is none where all searches of every
        // group were equally good.
        let ratio = record.objective.ratio_mean;
        assert!(
            (ratio - 1.0).abs() < 1e-6 || record.n_no_variance == record.n_groups,
            "{record:?}"
        );
    }
}

#[test]
fn the_same_seeds_give_the_same_weights_at_any_number_of_threads() {
    let train = worlds(0, 16);
    let refs: Vec<&StoredWorld> = train.iter().collect();
    let imitation = SftSettings {
        epochs: 2,
        ..imitation()
    };
    let reinforcement = GrpoSettings {
        epochs: 2,
        updates: 2,
        kl: 0.05,
        ..reinforcement()
    };
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let imitated = sft(&refs, &SftSettings { seed, ..imitation }, &mut ()).unwrap();
            grpo(&imitated, &refs, &reinforcement, &mut ())
                .unwrap()
                .params()
                .clone()
        })
    };
    let first = run(1, 1);
    assert_eq!(first, run(4, 1));
    assert_ne!(first, run(1, 2));
}

#[test]
fn training_stops_when_asked() {
    let train = worlds(0, 16);
    let refs: Vec<&StoredWorld> = train.iter().collect();
    let mut log = Kept {
        stop_after: Some(3),
        ..Kept::default()
    };
    let stopped = sft(&refs, &imitation(), &mut log);
    assert!(matches!(stopped, Err(TrainError::Stopped)));
    assert_eq!(log.sft.len(), 3);
}

#[test]
fn a_search_is_a_sequence_of_decisions() {
    let stored = world(4);
    let navigator = Navigator::new(init_params(1)).unwrap();
    let (mut exits, mut budget_ends) = (0, 0);
    for seed in 0..60 {
        let drawn = sample(&navigator, &stored.world, 2, &mut Rng::new(seed));
        let again = sample(&navigator, &stored.world, 2, &mut Rng::new(seed));
        assert_eq!(drawn, again);
        let decided = match drawn.stop {
            Stop::Exit => {
                exits += 1;
                drawn.opened.len() + 1
            }
            Stop::Budget => {
                budget_ends += 1;
                assert_eq!(drawn.opened.len(), 2);
                2
            }
        };
        assert_eq!(drawn.picks.len(), 5);
        assert_eq!(drawn.log_probabilities.len(), decided + 5);
        assert!(drawn.log_probabilities.iter().all(|log| *log <= 0.0));
        for list in [&drawn.opened, &drawn.picks] {
            let mut distinct = list.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), list.len());
        }
    }
    assert!(exits > 0 && budget_ends > 0, "{exits} {budget_ends}");
}

#[test]
fn rewards_by_hand() {
    let mut stored = world(4);
    stored.is_gold = (0..8).map(|at| at == 2 || at == 3).collect();
    let check = |n_gold: usize, ranking: &[usize], n_read: usize, ndcg: f64| {
        let stored = StoredWorld {
            n_gold,
            ..stored.clone()
        };
        let found = reward(&stored, ranking, n_read, &RewardSettings { cost: 0.01 });
        let expect = Reward {
            ndcg,
            cost: 0.01 * n_read as f64,
        };
        assert!(
            (found.ndcg - expect.ndcg).abs() < 1e-12,
            "{found:?} {expect:?}"
        );
        assert!((found.value() - (ndcg - expect.cost)).abs() < 1e-12);
    };
    let third = 1.0 / 3.0_f64.log2();
    check(2, &[2, 3, 0, 1, 4], 3, 1.0);
    check(2, &[0, 2, 1, 4, 5, 3], 0, third / (1.0 + third));
    // What is not in the pool counts all the same.
    check(3, &[2, 3], 1, (1.0 + third) / (1.0 + third + 0.5));
    check(2, &[], 0, 0.0);
}

#[test]
fn stored_worlds_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("worlds");
    let folder = WorldFolder::create(&path).unwrap();
    let mut all = worlds(0, 10);
    for project in 0..5 {
        let repo = format!("made/up{project}");
        let own: Vec<StoredWorld> = all.iter().filter(|w| w.repo == repo).cloned().collect();
        assert!(!folder.has(&repo));
        folder.write(&repo, &own).unwrap();
        assert!(folder.has(&repo));
    }
    all.sort_by(|a, b| (&a.repo, &a.instance_id).cmp(&(&b.repo, &b.instance_id)));
    assert_eq!(WorldFolder::open(&path).read().unwrap(), all);

    let mut broken = world(99);
    broken.world.edges[0][0].to = 400;
    folder.write("made/up9", &[broken]).unwrap();
    let error = WorldFolder::open(&path).read().unwrap_err().to_string();
    assert!(
        error.contains("the world of made-up-99 is not whole"),
        "{error}"
    );
}
