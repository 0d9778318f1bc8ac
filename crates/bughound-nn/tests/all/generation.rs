//! Generation: PyTorch's tokens, the pass's log-probabilities, and samples that depend on nothing beside them.

use bughound_nn::{
    Adapter, Batch, Event, Finish, Generator, GeneratorConfig, Model, Pass, PassConfig, Request,
    Sampling,
};

use crate::fixture::{MODELS, bits, directory, expected, model, sequences, tokens};

fn config(slots: usize) -> GeneratorConfig {
    GeneratorConfig {
        slots,
        kv_bytes: 64 << 20,
    }
}

fn request(prompt: &[u32], seed: u64, max_new: usize) -> Request {
    Request {
        prompt: prompt.to_vec(),
        seed,
        max_new,
        ..Request::default()
    }
}

fn written(events: &[Event]) -> Vec<u32> {
    events.iter().map(|event| event.token).collect()
}

fn logprobs(events: &[Event]) -> Vec<f32> {
    events.iter().map(|event| event.logprob).collect()
}

fn generate(model: &Model, config: GeneratorConfig, requests: &[Request]) -> Vec<Vec<Event>> {
    let mut generator = Generator::new(model.config(), config);
    for request in requests {
        generator.submit(request.clone()).unwrap();
    }
    generator.run(model).unwrap()
}

#[test]
fn greedy_tokens_are_pytorchs() {
    for name in MODELS {
        let expected = &expected(name)["greedy"];
        let request = Request {
            sampling: Sampling::greedy(),
            ..request(&tokens(&expected["prompt"]), 0, 40)
        };
        let found = generate(&model(name), config(1), &[request]);
        assert_eq!(written(&found[0]), tokens(&expected["tokens"]), "{name}");
        assert_eq!(found[0][39].finish, Some(Finish::Length));
        assert!(found[0][..39].iter().all(|event| event.finish.is_none()));
    }
}

/// What the pass says of the same tokens.
fn trainers(model: &Model, prompt: &[u32], events: &[Event]) -> Vec<f32> {
    let all = [prompt, &written(events)].concat();
    let scored: Vec<bool> = (0..all.len()).map(|i| i >= prompt.len()).collect();
    let mut batch = Batch::new();
    batch.push(&all, &scored);
    Pass::new(model, PassConfig::default())
        .score(model, &batch)
        .unwrap()
        .logprobs
        .to_vec()
}

#[test]
fn log_probabilities_are_the_passs_to_the_bit() {
    for name in MODELS {
        let mut model = model(name);
        if name == "qwen3-tied" {
            let adapter = Adapter::load(&directory("adapter"), model.config()).unwrap();
            model.set_adapter(Some(adapter)).unwrap();
        }
        let prompts = sequences(name);
        let requests: Vec<Request> = prompts
            .iter()
            .map(|prompt| request(prompt, 3, 90))
            .collect();
        for (prompt, events) in prompts.iter().zip(generate(&model, config(3), &requests)) {
            assert_eq!(
                bits(&logprobs(&events)),
                bits(&trainers(&model, prompt, &events)),
                "{name}"
            );
        }
    }
}

#[test]
fn a_sample_depends_on_its_seed_and_on_nothing_beside_it() {
    let model = model("qwen3-untied");
    let prompts = sequences("qwen3-untied");
    let requests: Vec<Request> = (0..12)
        .map(|i| Request {
            sampling: Sampling {
                temperature: 0.9,
                top_p: 0.95,
                ..Sampling::default()
            },
            ..request(&prompts[i % 4], i as u64, 20 + 3 * i)
        })
        .collect();
    let alone: Vec<Vec<Event>> = requests
        .iter()
        .flat_map(|request| generate(&model, config(1), std::slice::from_ref(request)))
        .collect();
    for slots in [1, 2, 5, 12] {
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let together = pool.install(|| generate(&model, config(slots), &requests));
            for (one, other) in alone.iter().zip(&together) {
                assert_eq!(written(one), written(other));
                assert_eq!(bits(&logprobs(one)), bits(&logprobs(other)));
            }
        }
    }
    assert_ne!(written(&alone[0])[..10], written(&alone[4])[..10]);
}

#[test]
fn what_was_read_before_is_not_read_again_and_changes_nothing() {
    let model = model("qwen2-tied");
    let prompt = &sequences("qwen2-tied")[3];
    let mut generator = Generator::new(model.config(), config(8));
    // A group: the prompt is read once.
    for seed in 0..4 {
        generator.submit(request(prompt, seed, 30)).unwrap();
    }
    let group = generator.run(&model).unwrap();
    let reused: Vec<usize> = group.iter().map(|events| events[0].reused).collect();
    assert_eq!(reused, [0, 139, 139, 139]);
    // A second turn: it goes on where the first ended, whose last token was drawn and never read.
    let turn = [prompt.as_slice(), &written(&group[2]), &[5, 6, 7]].concat();
    generator.submit(request(&turn, 9, 30)).unwrap();
    let second = generator.run(&model).unwrap().remove(0);
    assert_eq!(second[0].reused, 140 + 29);
    // A prompt that agrees in part.
    let fork = [&prompt[..100], &[1, 2, 3]].concat();
    generator.submit(request(&fork, 9, 30)).unwrap();
    let forked = generator.run(&model).unwrap().remove(0);
    assert_eq!(forked[0].reused, 100);

    let mut fresh = Vec::new();
    for (prompt, seed) in [
        (prompt, 0),
        (prompt, 1),
        (prompt, 2),
        (prompt, 3),
        (&turn, 9),
        (&fork, 9),
    ] {
        fresh.extend(generate(&model, config(1), &[request(prompt, seed, 30)]));
    }
    let cached: Vec<Vec<Event>> = group.into_iter().chain([second, forked]).collect();
    for (cached, fresh) in cached.iter().zip(&fresh) {
        assert_eq!(written(cached), written(fresh));
        assert_eq!(bits(&logprobs(cached)), bits(&logprobs(fresh)));
    }
}

#[test]
fn other_weights_are_not_mixed_up_with_what_is_cached() {
    let mut model = model("qwen3-tied");
    let prompt = &sequences("qwen3-tied")[1];
    let mut generator = Generator::new(model.config(), config(4));
    generator.submit(request(prompt, 0, 8)).unwrap();
    generator.run(&model).unwrap();
    let adapter = Adapter::load(&directory("adapter"), model.config()).unwrap();
    model.set_adapter(Some(adapter)).unwrap();
    generator.submit(request(prompt, 0, 8)).unwrap();
    let events = generator.run(&model).unwrap().remove(0);
    assert_eq!(events[0].reused, 0);
    assert_eq!(
        bits(&logprobs(&events)),
        bits(&trainers(&model, prompt, &events))
    );
}

#[test]
fn little_memory_makes_requests_wait_and_changes_nothing() {
    let model = model("qwen2-untied");
    let prompts = sequences("qwen2-untied");
    let requests: Vec<Request> = (0..9)
        .map(|i| request(&prompts[[1, 3, 0][i % 3]], i as u64, 50))
        .collect();
    let plenty = generate(&model, config(9), &requests);
    // 2 layers, 2 heads, 64 tokens of 8 keys and 16 values: room for four blocks.
    let tight = GeneratorConfig {
        slots: 9,
        kv_bytes: 4 * 2 * 2 * 64 * 24 * 4,
    };
    for (one, other) in plenty.iter().zip(generate(&model, tight, &requests)) {
        assert_eq!(written(one), written(&other));
        assert_eq!(bits(&logprobs(one)), bits(&logprobs(&other)));
    }
}

#[test]
fn requests_end_where_they_should() {
    let model = model("qwen2-untied");
    let prompt = &sequences("qwen2-untied")[0];
    let free = generate(&model, config(1), &[request(prompt, 1, 40)]).remove(0);
    let stop = free[7].token;
    let first = free.iter().position(|event| event.token == stop).unwrap();
    let stopped = generate(
        &model,
        config(1),
        &[Request {
            stop: vec![999, stop],
            ..request(prompt, 1, 40)
        }],
    )
    .remove(0);
    assert_eq!(written(&stopped), written(&free[..=first]));
    assert_eq!(stopped[first].finish, Some(Finish::Stop));

    // 256 tokens fit: the last one drawn is never read.
    let full = generate(&model, config(1), &[request(prompt, 1, 1000)]).remove(0);
    assert_eq!(full.len() + prompt.len(), 256);
    assert_eq!(full.last().unwrap().finish, Some(Finish::Length));

    let told = generate(
        &model,
        config(1),
        &[Request {
            alternatives: 3,
            ..request(prompt, 1, 2)
        }],
    )
    .remove(0);
    assert_eq!(told[0].alternatives.len(), 3);
    assert!(told[0].alternatives[0].1 >= told[0].alternatives[1].1);
    let listed = told[0]
        .alternatives
        .iter()
        .find(|(token, _)| *token == told[0].token);
    assert!(listed.is_none_or(|(_, logprob)| logprob.to_bits() == told[0].logprob.to_bits()));
}

#[test]
fn requests_can_be_cut_and_bad_ones_are_refused() {
    let model = model("qwen2-untied");
    let prompt = &sequences("qwen2-untied")[0];
    let mut generator = Generator::new(model.config(), config(1));
    let first = generator.submit(request(prompt, 1, 40)).unwrap();
    let second = generator.submit(request(prompt, 2, 5)).unwrap();
    assert_eq!(generator.step(&model).unwrap().len(), 1);
    assert_eq!(generator.pending(), 2);
    assert!(generator.cancel(first) && !generator.cancel(first));
    let rest = generator.run(&model).unwrap();
    assert_eq!(rest.len(), 1);
    assert!(rest[0].iter().all(|event| event.id == second) && rest[0].len() == 5);
    assert!(generator.step(&model).unwrap().is_empty());

    let mut check = |request: Request, expected: &str| {
        let error = generator.submit(request).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(request(&[], 1, 1), "needs a prompt");
    check(request(&[1], 1, 0), "at least one token to write");
    check(request(&[96], 1, 1), "token 96");
    check(
        request(&[1; 256], 1, 1),
        "257 tokens do not fit in a context of 256",
    );
    check(
        Request {
            sampling: Sampling {
                top_p: 0.0,
                ..Sampling::default()
            },
            ..request(&[1], 1, 1)
        },
        "top_p",
    );
    check(
        Request {
            sampling: Sampling {
                temperature: f32::NAN,
                ..Sampling::default()
            },
            ..request(&[1], 1, 1)
        },
        "temperature",
    );
    let mut small = Generator::new(
        model.config(),
        GeneratorConfig {
            slots: 1,
            kv_bytes: 30_000,
        },
    );
    let error = small
        .submit(request(&[1; 100], 1, 1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("needs 49152 bytes of keys and values, and the generator has 30000"),
        "{error}"
    );
}
