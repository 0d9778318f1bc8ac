import java.io.BufferedReader;
import java.io.FileReader;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;

final class SvmTest
{
  private final svm_problem heart = new svm_problem();

  SvmTest() throws Exception
  {
    svm.svm_set_print_string_function(s -> { });
    List<Double> labels = new ArrayList<>();
    List<svm_node[]> rows = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(new FileReader(AllTests.sample)))
    {
      String line;
      while ((line = reader.readLine()) != null)
      {
        StringTokenizer words = new StringTokenizer(line, " :");
        labels.add(Double.parseDouble(words.nextToken()));
        List<svm_node> row = new ArrayList<>();
        while (words.hasMoreTokens())
        {
          svm_node node = new svm_node();
          node.index = Integer.parseInt(words.nextToken());
          node.value = Double.parseDouble(words.nextToken());
          row.add(node);
        }
        rows.add(row.toArray(new svm_node[0]));
      }
    }
    heart.l = labels.size();
    heart.y = labels.stream().mapToDouble(Double::doubleValue).toArray();
    heart.x = rows.toArray(new svm_node[0][]);
  }

  private static svm_parameter parameters(int kernel)
  {
    svm_parameter p = new svm_parameter();
    p.svm_type = svm_parameter.C_SVC;
    p.kernel_type = kernel;
    p.degree = 3;
    p.gamma = 1.0 / 13;
    p.cache_size = 20;
    p.C = 1;
    p.eps = 1e-3;
    p.shrinking = 1;
    return p;
  }

  private int right(svm_model model)
  {
    int n = 0;
    for (int i = 0; i < heart.l; i++)
      if (svm.svm_predict(model, heart.x[i]) == heart.y[i])
        n++;
    return n;
  }

  void testTheSampleIsLearnt()
  {
    for (int kernel : new int[] {svm_parameter.LINEAR, svm_parameter.POLY, svm_parameter.RBF, svm_parameter.SIGMOID})
    {
      svm_parameter p = parameters(kernel);
      Tap.same(null, svm.svm_check_parameter(heart, p));
      int n = right(svm.svm_train(heart, p));
      Tap.that(n >= 225 && n <= 240, "kernel " + kernel + ": " + n + " of " + heart.l);
    }
  }

  void testAModelIsSavedAndLoaded() throws Exception
  {
    svm_model model = svm.svm_train(heart, parameters(svm_parameter.RBF));
    svm.svm_save_model(AllTests.model, model);
    svm_model again = svm.svm_load_model(AllTests.model);
    Tap.same(model.l, again.l);
    Tap.same(right(model), right(again));
  }

  void testWrongParametersAreRefused()
  {
    svm_parameter p = parameters(svm_parameter.RBF);
    p.C = 0;
    Tap.same("C <= 0", svm.svm_check_parameter(heart, p));
  }
}
