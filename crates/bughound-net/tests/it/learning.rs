//! Adam goes where the loss is least, the same way every time.

use bughound_net::{Adam, AdamSettings, Grads, Matrix, Params, Rng, Schedule, Tape};

/// The mean square of `input · w − targets`.
fn slopes(params: &Params, input: &Matrix, targets: &Matrix) -> (f32, Grads) {
    let mut tape = Tape::new(params);
    let x = tape.borrowed(input);
    let w = tape.param(params.ids().next().expect("one parameter"));
    let product = tape.matmul(x, w);
    let wanted = tape.input(targets.clone());
    let off = tape.sub(product, wanted);
    let square = tape.mul(off, off);
    let loss = tape.mean(square);
    (tape.scalar(loss), tape.backward(loss))
}

#[test]
fn a_quadratic_has_one_lowest_point() {
    let truth = Matrix::column_of(vec![1.5, -2.0, 0.25]);
    let input = Matrix::glorot(40, 3, &mut Rng::new(1)).map(|x| 4.0 * x);
    let targets = input.matmul(&truth);
    let mut params = Params::new();
    let w = params.add("w", Matrix::zeros(3, 1));
    let mut adam = Adam::new(&params, AdamSettings::default());
    let schedule = Schedule {
        peak: 0.1,
        n_warmup: 10,
        n_steps: 400,
        floor: 0.0,
    };
    for step in 0..400 {
        let (_, grads) = slopes(&params, &input, &targets);
        adam.step(&mut params, &grads, schedule.rate(step));
    }
    for (found, expect) in params.get(w).data.iter().zip(&truth.data) {
        assert!((found - expect).abs() < 1e-3, "{found} against {expect}");
    }
}

/// Two steps by hand: w = 1, slopes 2 and −1, rate 0.1, β = (0.9, 0.999).
#[test]
fn two_steps_by_hand() {
    let mut params = Params::new();
    let w = params.add("w", Matrix::filled(1, 1, 1.0));
    let mut adam = Adam::new(&params, AdamSettings::default());
    let mut step = |slope: f32| {
        let mut tape = Tape::new(&params);
        let at = tape.param(w);
        let loss = tape.scale(at, slope);
        let grads = tape.backward(loss);
        adam.step(&mut params, &grads, 0.1);
        params.get(w).data[0]
    };
    // m̂ = 2, v̂ = 4: the step is 0.1.
    assert!((step(2.0) - 0.9).abs() < 1e-6);
    // m = 0.9·0.2 − 0.1 = 0.08, m̂ = 0.08/0.19; v = 0.999·0.004 + 0.001 = 0.004996, v̂ = 0.004996/0.001999.
    let expect = 0.9 - 0.1 * (0.08 / 0.19) / (0.004_996_f32 / 0.001_999).sqrt();
    assert!((step(-1.0) - expect).abs() < 1e-6);
}

#[test]
fn decay_spares_rows() {
    let mut params = Params::new();
    let matrix = params.add("matrix", Matrix::filled(2, 2, 1.0));
    let bias = params.add("bias", Matrix::filled(1, 2, 1.0));
    let unused = params.add("unused", Matrix::filled(2, 2, 1.0));
    let settings = AdamSettings {
        weight_decay: 0.5,
        ..AdamSettings::default()
    };
    let mut adam = Adam::new(&params, settings);
    let grads = {
        let mut tape = Tape::new(&params);
        let (matrix, bias) = (tape.param(matrix), tape.param(bias));
        let none = tape.scale(matrix, 0.0);
        let sum = tape.add_row(none, bias);
        let nothing = tape.scale(sum, 0.0);
        let loss = tape.sum(nothing);
        tape.backward(loss)
    };
    adam.step(&mut params, &grads, 0.1);
    assert_eq!(params.get(matrix).data, [0.95; 4]);
    assert_eq!(params.get(bias).data, [1.0; 2]);
    assert_eq!(params.get(unused).data, [1.0; 4]);
}

#[test]
fn a_run_that_went_on_later_is_the_same_run() {
    let settings = AdamSettings {
        weight_decay: 0.01,
        ..AdamSettings::default()
    };
    let input = Matrix::glorot(30, 5, &mut Rng::new(8));
    let targets = Matrix::glorot(30, 1, &mut Rng::new(9));
    let mut start = Params::new();
    start.add("w", Matrix::glorot(5, 1, &mut Rng::new(10)));
    let run = |interrupted: bool| {
        let mut params = start.clone();
        let mut adam = Adam::new(&params, settings);
        for step in 0..60 {
            if interrupted && step == 25 {
                adam = Adam::from_params(&adam.to_params(&params), &params, settings).unwrap();
            }
            let (_, mut grads) = slopes(&params, &input, &targets);
            grads.clip(0.5);
            adam.step(&mut params, &grads, 0.02);
        }
        params
    };
    assert_eq!(run(false), run(false));
    assert_eq!(run(false), run(true));
    let other = Params::new();
    let state = Adam::new(&other, settings).to_params(&other);
    assert_eq!(
        Adam::from_params(&state, &start, settings)
            .unwrap_err()
            .to_string(),
        "the weights have no `mean.w`"
    );
}

#[test]
fn long_slopes_are_cut() {
    let mut params = Params::new();
    let w = params.add("w", Matrix::row_of(vec![3.0, 4.0]));
    let mut grads = {
        let mut tape = Tape::new(&params);
        let at = tape.param(w);
        let square = tape.mul(at, at);
        let loss = tape.sum(square);
        tape.backward(loss)
    };
    assert!((grads.clip(5.0) - 10.0).abs() < 1e-9);
    assert_eq!(grads.get(w).unwrap().data, [3.0, 4.0]);
    assert!((grads.clip(5.0) - 5.0).abs() < 1e-9);
    let twice = grads.clone();
    grads.add(twice);
    assert_eq!(grads.get(w).unwrap().data, [6.0, 8.0]);
    assert!(grads.is_finite());
    grads.scale(f32::INFINITY);
    assert!(!grads.is_finite());
}
