import beans.Beans;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class HeldOutTest
{
  void testMapsWithCopiedKeys()
  {
    Map<List<String>, Set<Integer>> map = new HashMap<>();
    map.put(Arrays.asList("a", "b"), new HashSet<>(Arrays.asList(1, 2)));
    Map<List<String>, Set<Integer>> copy = Beans.copy(map);
    Tap.same(map, copy);
    copy.get(Arrays.asList("a", "b")).add(3);
    Tap.same(2, map.get(Arrays.asList("a", "b")).size());
  }

  void testSharedPartsStayShared()
  {
    int[] part = {1};
    List<int[]> list = Arrays.asList(part, part);
    List<int[]> copy = Beans.copy(list);
    Tap.that(copy.get(0) == copy.get(1) && copy.get(0) != part, "one object twice");
  }

  void testStringsAndNumbersInLists()
  {
    List<Object> list = new java.util.ArrayList<>(Arrays.asList("a", 1, 2.5, null, 'c', true));
    Tap.same(list, Beans.copy(list));
  }
}
