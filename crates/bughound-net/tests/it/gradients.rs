//! Every operation's way back against finite differences.

use bughound_net::{Matrix, Params, Rng, Tape, Var};

/// Compares the slopes of `Σ (weights ∘ f(params))` with differences over a small step in each parameter.
fn check(name: &str, shapes: &[(usize, usize)], f: impl Fn(&mut Tape<'_>, &[Var]) -> Var) {
    let mut rng = Rng::derived(11, &[name.len() as u64, shapes.len() as u64]);
    let mut params = Params::new();
    for (at, &(rows, cols)) in shapes.iter().enumerate() {
        // Away from 0, where some functions have a kink.
        let data = (0..rows * cols)
            .map(|_| {
                let value = 0.8 * rng.normal();
                value + 0.1 * value.signum()
            })
            .collect();
        params.add(format!("p{at}"), Matrix::new(rows, cols, data));
    }
    let seed = rng.next_u64();
    let loss_of = |params: &Params| {
        let mut tape = Tape::new(params);
        let vars: Vec<Var> = params.ids().map(|id| tape.param(id)).collect();
        let made = f(&mut tape, &vars);
        let mut rng = Rng::new(seed);
        let weights: Vec<f32> = (0..tape.value(made).data.len())
            .map(|_| rng.normal())
            .collect();
        // The differences are taken in double precision of a single-precision result: add up carefully.
        let exact: f64 = (tape.value(made).data.iter().zip(&weights))
            .map(|(&value, &weight)| f64::from(value) * f64::from(weight))
            .sum();
        let loss = tape.weighted_sum(made, weights);
        (exact, tape.backward(loss))
    };
    let (_, grads) = loss_of(&params);
    let step = 1.0 / 256.0;
    for id in params.ids() {
        for at in 0..params.get(id).data.len() {
            let before = params.get(id).data[at];
            params.get_mut(id).data[at] = before + step;
            let (above, _) = loss_of(&params);
            params.get_mut(id).data[at] = before - step;
            let (below, _) = loss_of(&params);
            params.get_mut(id).data[at] = before;
            let expect = (above - below) / f64::from(2.0 * step);
            let found = grads.get(id).map_or(0.0, |grad| f64::from(grad.data[at]));
            let off = (found - expect).abs() / (1.0 + expect.abs());
            assert!(
                off < 4e-3,
                "{name}: {} [{at}]: {found} where {expect} was expected",
                params.name(id)
            );
        }
    }
}

#[test]
fn products_and_sums() {
    check("matmul", &[(3, 7), (7, 5)], |t, p| t.matmul(p[0], p[1]));
    check("matmul, one column", &[(4, 9), (9, 1)], |t, p| {
        t.matmul(p[0], p[1])
    });
    check("matmul transposed", &[(3, 18), (4, 18)], |t, p| {
        t.matmul_transposed(p[0], p[1])
    });
    check("add", &[(2, 3), (2, 3)], |t, p| t.add(p[0], p[1]));
    check("add row", &[(4, 3), (1, 3)], |t, p| t.add_row(p[0], p[1]));
    check("linear", &[(4, 3), (3, 2), (1, 2)], |t, p| {
        t.linear(p[0], p[1], p[2])
    });
    check("sub", &[(2, 3), (2, 3)], |t, p| t.sub(p[0], p[1]));
    check("mul", &[(2, 3), (2, 3)], |t, p| t.mul(p[0], p[1]));
    check("a value used twice", &[(2, 3)], |t, p| t.mul(p[0], p[0]));
    check("a parameter taken twice", &[(3, 3)], |t, p| {
        let product = t.matmul(p[0], p[0]);
        t.add(product, p[0])
    });
    check("scale", &[(2, 3)], |t, p| t.scale(p[0], -2.5));
    check("sum", &[(2, 3)], |t, p| t.sum(p[0]));
    check("mean", &[(2, 3)], |t, p| t.mean(p[0]));
    check("weighted sum", &[(2, 2)], |t, p| {
        t.weighted_sum(p[0], vec![1.0, -2.0, 0.0, 0.5])
    });
}

#[test]
fn functions_of_single_values() {
    check("relu", &[(3, 4)], |t, p| t.relu(p[0]));
    check("tanh", &[(3, 4)], |t, p| t.tanh(p[0]));
    check("sigmoid", &[(3, 4)], |t, p| t.sigmoid(p[0]));
    check("exp", &[(3, 4)], |t, p| t.exp(p[0]));
    check("dropout", &[(5, 4)], |t, p| {
        t.dropout(p[0], 0.4, &mut Rng::new(3))
    });
    check("layer norm", &[(3, 6), (1, 6), (1, 6)], |t, p| {
        t.layer_norm(p[0], p[1], p[2])
    });
}

#[test]
fn probabilities() {
    check("softmax rows", &[(3, 5)], |t, p| t.softmax_rows(p[0]));
    check("log softmax", &[(6, 1)], |t, p| t.log_softmax(p[0]));
    check("log softmax of several columns", &[(2, 3)], |t, p| {
        t.log_softmax(p[0])
    });
    check("cross entropy", &[(5, 1)], |t, p| {
        t.cross_entropy(p[0], &[0.0, 1.0, 0.0, 3.0, 0.0])
    });
    check("cross entropy without targets", &[(2, 1)], |t, p| {
        t.cross_entropy(p[0], &[0.0, 0.0])
    });
    check("entropy", &[(6, 1)], |t, p| {
        let logs = t.log_softmax(p[0]);
        let probabilities = t.exp(logs);
        let terms = t.mul(logs, probabilities);
        t.sum(terms)
    });
}

#[test]
fn rows_and_columns() {
    check("concat cols", &[(3, 2), (3, 1), (3, 4)], |t, p| {
        t.concat_cols(p)
    });
    check("slice cols", &[(3, 5)], |t, p| t.slice_cols(p[0], 1, 3));
    check("gather rows", &[(4, 3)], |t, p| {
        t.gather_rows(p[0], &[2, 0, 2, 2])
    });
    check("broadcast row", &[(1, 4)], |t, p| t.broadcast_row(p[0], 3));
    check("segment sum", &[(5, 2)], |t, p| {
        t.segment_sum(p[0], &[1, 0, 1, 3, 1], 4)
    });
    check("segment mean", &[(5, 2)], |t, p| {
        t.segment_mean(p[0], &[1, 0, 1, 3, 1], 4)
    });
    check("segment max", &[(5, 2)], |t, p| {
        t.segment_max(p[0], &[1, 0, 1, 3, 1], 4)
    });
}

#[test]
fn attention_over_rows() {
    let shapes = [(5, 4), (4, 6), (4, 6), (4, 6)];
    check("attention", &shapes, |t, p| {
        let queries = t.matmul(p[0], p[1]);
        let keys = t.matmul(p[0], p[2]);
        let values = t.matmul(p[0], p[3]);
        let scores = t.matmul_transposed(queries, keys);
        let scaled = t.scale(scores, 0.4);
        let attention = t.softmax_rows(scaled);
        t.matmul(attention, values)
    });
}

#[test]
fn a_computation_over_two_tapes() {
    let mut params = Params::new();
    let weights = params.add("w", Matrix::glorot(3, 2, &mut Rng::new(1)));
    let input = Matrix::glorot(4, 3, &mut Rng::new(2));

    let mut whole = Tape::new(&params);
    let (x, w) = (whole.borrowed(&input), whole.param(weights));
    let hidden = whole.matmul(x, w);
    let bent = whole.tanh(hidden);
    let loss = whole.sum(bent);

    let mut first = Tape::new(&params);
    let (x, w) = (first.borrowed(&input), first.param(weights));
    let hidden = first.matmul(x, w);
    let mut between = Params::new();
    let passed = between.add("hidden", first.value(hidden).clone());
    let mut second = Tape::new(&between);
    let taken = second.param(passed);
    let bent = second.tanh(taken);
    let second_loss = second.sum(bent);
    let slope = second.backward(second_loss).get(passed).unwrap().clone();

    assert_eq!(whole.backward(loss), first.backward_from(hidden, slope));
}

#[test]
fn inference_gives_the_same_values_and_no_slopes() {
    let mut params = Params::new();
    let weights = params.add("w", Matrix::glorot(20, 8, &mut Rng::new(1)));
    let input = Matrix::glorot(4, 20, &mut Rng::new(2));
    let run = |mut tape: Tape<'_>| {
        let (x, w) = (tape.input(input.clone()), tape.param(weights));
        let product = tape.matmul(x, w);
        let bent = tape.relu(product);
        let normal = tape.softmax_rows(bent);
        let loss = tape.mean(normal);
        let grads = tape.backward(loss);
        (tape.value(normal).clone(), grads.get(weights).is_some())
    };
    let (learning, has_slopes) = run(Tape::new(&params));
    let (inferring, has_none) = run(Tape::inference(&params));
    assert_eq!(learning, inferring);
    assert!(has_slopes && !has_none);
    // Nothing is dropped, and no random number is drawn.
    let mut rng = Rng::new(4);
    let mut tape = Tape::inference(&params);
    let x = tape.input(input.clone());
    assert_eq!(tape.dropout(x, 0.5, &mut rng), x);
    assert_eq!(rng.next_u64(), Rng::new(4).next_u64());
}

#[test]
fn impossible_scores() {
    let params = Params::new();
    let mut tape = Tape::inference(&params);
    let scores = tape.input(Matrix::column_of(vec![1.0, f32::NEG_INFINITY, 1.0]));
    let logs = tape.log_softmax(scores);
    let half = -std::f32::consts::LN_2;
    assert_eq!(tape.value(logs).data, [half, f32::NEG_INFINITY, half]);
    let loss = tape.cross_entropy(scores, &[1.0, 0.0, 0.0]);
    assert_eq!(tape.value(loss).data, [-half]);
    let none = tape.input(Matrix::row_of(vec![f32::NEG_INFINITY; 2]));
    let nothing = tape.softmax_rows(none);
    assert_eq!(tape.value(nothing).data, [0.0, 0.0]);
}
