// Machines of every kind, trained on libsvm's own sample and on data made here. What is asserted of them holds of any
// right implementation, up to tolerances.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "svm.h"

static int n_tests, n_failed;

static void ok(bool condition, const std::string &name)
{
    std::printf("%sok %d - %s\n", condition ? "" : "not ", ++n_tests, name.c_str());
    std::fflush(stdout);
    n_failed += !condition;
}

struct Data {
    std::vector<double> y;
    std::vector<std::vector<svm_node>> rows;
    std::vector<svm_node *> x;
    svm_problem problem;

    void add(double label, const std::vector<std::pair<int, double>> &values)
    {
        std::vector<svm_node> row;
        for (const auto &value : values)
            row.push_back(svm_node{value.first, value.second});
        row.push_back(svm_node{-1, 0});
        y.push_back(label);
        rows.push_back(row);
    }

    svm_problem *ready()
    {
        x.clear();
        for (auto &row : rows)
            x.push_back(row.data());
        problem.l = static_cast<int>(y.size());
        problem.y = y.data();
        problem.x = x.data();
        return &problem;
    }
};

static Data read(const char *path)
{
    Data data;
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        double label;
        if (!(words >> label))
            continue;
        std::vector<std::pair<int, double>> values;
        std::string word;
        while (words >> word) {
            std::size_t colon = word.find(':');
            values.emplace_back(std::atoi(word.c_str()), std::atof(word.c_str() + colon + 1));
        }
        data.add(label, values);
    }
    return data;
}

static svm_parameter parameters(int type, int kernel)
{
    svm_parameter p;
    std::memset(&p, 0, sizeof p);
    p.svm_type = type;
    p.kernel_type = kernel;
    p.degree = 3;
    p.gamma = 1.0 / 13;
    p.coef0 = 0;
    p.nu = 0.5;
    p.cache_size = 20;
    p.C = 1;
    p.eps = 1e-3;
    p.p = 0.1;
    p.shrinking = 1;
    return p;
}

static double right(const svm_model *model, const Data &data)
{
    int n = 0;
    for (std::size_t i = 0; i < data.y.size(); i++)
        n += svm_predict(model, data.rows[i].data()) == data.y[i];
    return static_cast<double>(n) / static_cast<double>(data.y.size());
}

static bool near(double a, double b, double tolerance)
{
    return std::fabs(a - b) <= tolerance;
}

static void classifiers(Data &heart)
{
    struct { const char *name; int kernel; double lowest; double highest; } cases[] = {
        {"linear kernel", LINEAR, 0.84, 0.87},
        {"polynomial kernel", POLY, 0.85, 0.87},
        {"radial kernel", RBF, 0.85, 0.88},
        {"sigmoid kernel", SIGMOID, 0.84, 0.86},
    };
    for (const auto &c : cases) {
        svm_parameter p = parameters(C_SVC, c.kernel);
        ok(svm_check_parameter(heart.ready(), &p) == nullptr, std::string(c.name) + ": parameters are accepted");
        svm_model *model = svm_train(&heart.problem, &p);
        double share = right(model, heart);
        ok(share >= c.lowest && share <= c.highest, std::string(c.name) + ": share that is right");
        svm_free_and_destroy_model(&model);
    }
    svm_parameter p = parameters(C_SVC, RBF);
    svm_model *model = svm_train(heart.ready(), &p);
    ok(svm_get_nr_class(model) == 2 && svm_get_nr_sv(model) == 132, "number of support vectors");
    double value = 0;
    double label = svm_predict_values(model, heart.rows[0].data(), &value);
    ok(label == 1 && near(value, 1.235, 0.01), "decision value of the first row");
    double sum = 0;
    for (int i = 0; i < model->l; i++)
        sum += model->sv_coef[0][i];
    ok(near(sum, 0, 1e-6), "coefficients add up to nothing");
    svm_free_and_destroy_model(&model);

    p = parameters(C_SVC, RBF);
    p.shrinking = 0;
    svm_model *whole = svm_train(heart.ready(), &p);
    p.shrinking = 1;
    svm_model *shrunk = svm_train(heart.ready(), &p);
    ok(near(whole->rho[0], shrunk->rho[0], 5e-3), "shrinking does not move the answer");
    svm_free_and_destroy_model(&whole);
    svm_free_and_destroy_model(&shrunk);

    int labels[] = {1};
    double weights[] = {20};
    p = parameters(C_SVC, RBF);
    p.nr_weight = 1;
    p.weight_label = labels;
    p.weight = weights;
    model = svm_train(heart.ready(), &p);
    int n_found = 0, n_there = 0;
    for (std::size_t i = 0; i < heart.y.size(); i++)
        if (heart.y[i] == 1) {
            n_there++;
            n_found += svm_predict(model, heart.rows[i].data()) == 1;
        }
    ok(n_found == n_there, "a class of great weight is found whole");
    svm_free_and_destroy_model(&model);

    p = parameters(NU_SVC, RBF);
    model = svm_train(heart.ready(), &p);
    ok(svm_get_nr_sv(model) >= 135, "nu bounds the number of support vectors from below");
    ok(right(model, heart) > 0.84, "nu: share that is right");
    svm_free_and_destroy_model(&model);
}

static void several_classes()
{
    Data data;
    for (int i = 0; i < 30; i++) {
        double angle = 2 * M_PI * i / 30;
        data.add(i / 10, {{1, 3 * std::cos(angle)}, {2, 3 * std::sin(angle)}});
    }
    svm_parameter p = parameters(C_SVC, RBF);
    p.gamma = 1;
    p.C = 10;
    svm_model *model = svm_train(data.ready(), &p);
    int labels[3];
    svm_get_labels(model, labels);
    ok(svm_get_nr_class(model) == 3 && labels[0] == 0 && labels[2] == 2, "labels in the order in which they came");
    ok(right(model, data) == 1, "three classes are told apart");
    double values[3];
    svm_predict_values(model, data.rows[25].data(), values);
    ok(values[1] < 0 && values[2] < 0, "the third class wins both its votes");
    svm_free_and_destroy_model(&model);
}

static void regressions()
{
    Data data;
    for (int i = 0; i < 60; i++) {
        double x = i / 10.0;
        data.add(std::sin(x), {{1, x}});
    }
    for (int type : {EPSILON_SVR, NU_SVR}) {
        svm_parameter p = parameters(type, RBF);
        p.gamma = 0.7;
        p.C = 10;
        p.p = 0.05;
        svm_model *model = svm_train(data.ready(), &p);
        double worst = 0;
        for (std::size_t i = 0; i < data.y.size(); i++)
            worst = std::fmax(worst, std::fabs(svm_predict(model, data.rows[i].data()) - data.y[i]));
        ok(worst < (type == EPSILON_SVR ? 0.06 : 0.35), type == EPSILON_SVR ? "epsilon: within the tube" : "nu: close to the curve");
        svm_free_and_destroy_model(&model);
    }
}

static void one_class(Data &heart)
{
    svm_parameter p = parameters(ONE_CLASS, RBF);
    p.nu = 0.2;
    svm_model *model = svm_train(heart.ready(), &p);
    int n_out = 0;
    for (const auto &row : heart.rows)
        n_out += svm_predict(model, row.data()) < 0;
    double share = static_cast<double>(n_out) / static_cast<double>(heart.rows.size());
    ok(near(share, 0.2, 0.03), "one class: nu of the rows lie outside");
    svm_free_and_destroy_model(&model);
}

static void files(Data &heart, const char *path)
{
    svm_parameter p = parameters(C_SVC, POLY);
    p.coef0 = 1;
    svm_model *model = svm_train(heart.ready(), &p);
    ok(svm_save_model(path, model) == 0, "a model is saved");
    svm_model *loaded = svm_load_model(path);
    ok(loaded != nullptr && loaded->l == model->l && loaded->param.degree == 3 && loaded->param.coef0 == 1, "a model is loaded");
    bool same = loaded != nullptr;
    for (const auto &row : heart.rows) {
        double a = 0, b = 0;
        if (loaded) {
            svm_predict_values(model, row.data(), &a);
            svm_predict_values(loaded, row.data(), &b);
        }
        same = same && near(a, b, 1e-6);
    }
    ok(same, "it decides as it did");
    svm_free_and_destroy_model(&model);
    if (loaded)
        svm_free_and_destroy_model(&loaded);
    ok(svm_load_model("no/such/file") == nullptr, "a file that is not there is no model");
}

static void refusals(Data &heart)
{
    struct { const char *said; void (*spoil)(svm_parameter &); } cases[] = {
        {"unknown svm type", [](svm_parameter &p) { p.svm_type = 9; }},
        {"unknown kernel type", [](svm_parameter &p) { p.kernel_type = -1; }},
        {"gamma < 0", [](svm_parameter &p) { p.gamma = -1; }},
        {"cache_size <= 0", [](svm_parameter &p) { p.cache_size = 0; }},
        {"eps <= 0", [](svm_parameter &p) { p.eps = 0; }},
        {"C <= 0", [](svm_parameter &p) { p.C = 0; }},
        {"nu <= 0 or nu > 1", [](svm_parameter &p) { p.svm_type = NU_SVC; p.nu = 1.5; }},
        {"specified nu is infeasible", [](svm_parameter &p) { p.svm_type = NU_SVC; p.nu = 0.99; }},
    };
    for (const auto &c : cases) {
        svm_parameter p = parameters(C_SVC, RBF);
        c.spoil(p);
        const char *said = svm_check_parameter(heart.ready(), &p);
        ok(said != nullptr && std::strcmp(said, c.said) == 0, std::string("refused: ") + c.said);
    }
}

static void validation(Data &heart)
{
    std::srand(1);
    svm_parameter p = parameters(C_SVC, RBF);
    std::vector<double> predicted(heart.y.size());
    svm_cross_validation(heart.ready(), &p, 5, predicted.data());
    int n = 0;
    for (std::size_t i = 0; i < predicted.size(); i++)
        n += predicted[i] == heart.y[i];
    ok(n > 210 && n < 235, "cross validation");
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    svm_set_print_string_function([](const char *) {});
    Data heart = read(argv[1]);
    ok(heart.y.size() == 270, "the sample is read");
    classifiers(heart);
    several_classes();
    regressions();
    one_class(heart);
    files(heart, argv[2]);
    refusals(heart);
    validation(heart);
    std::printf("1..%d\n", n_tests);
    return n_failed ? 1 : 0;
}
