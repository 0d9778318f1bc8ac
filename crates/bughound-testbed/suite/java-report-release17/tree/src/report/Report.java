package report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sums of amounts by group, read from lines such as `fruit;apple;3.50`. */
public final class Report
{
  /** One line. */
  private static final class record
  {
    final String group;
    final String name;
    final double amount;

    record(String group, String name, double amount)
    {
      this.group = group;
      this.name = name;
      this.amount = amount;
    }
  }

  private final List<record> rows = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  /** Takes a text, one row in a line; what is no row is remembered. */
  public Report read(String text)
  {
    for (String line : text.split("\n"))
    {
      if (line.trim().isEmpty())
        continue;
      String[] parts = line.trim().split(";", -1);
      try
      {
        if (parts.length != 3)
          throw new NumberFormatException();
        rows.add(new record(parts[0], parts[1], Double.parseDouble(parts[2])));
      } catch (NumberFormatException ex)
      {
        refused.add(line);
      }
    }
    return this;
  }

  public List<String> refused()
  {
    return refused;
  }

  /** The sum of each group, in order of their names. */
  public Map<String, Double> sums()
  {
    Map<String, Double> sums = new TreeMap<>();
    for (record row : rows)
      sums.merge(row.group, row.amount, Double::sum);
    sums.replaceAll((_, value) -> Math.round(value * 100) / 100.0);
    return sums;
  }

  /** How often each name occurs, those that occur once left out. */
  public Map<String, Integer> repeated()
  {
    Map<String, Integer> counts = new TreeMap<>();
    for (record row : rows)
      counts.compute(row.name, (_, value) -> value == null ? 1 : value + 1);
    counts.values().removeIf(n -> n < 2);
    return counts;
  }

  /** The sums as lines, amounts below each other. */
  public String print()
  {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Double> entry : sums().entrySet())
      text.append(String.format(Locale.ROOT, "%-8s%9.2f%n", entry.getKey(), entry.getValue()));
    return text.toString();
  }
}
