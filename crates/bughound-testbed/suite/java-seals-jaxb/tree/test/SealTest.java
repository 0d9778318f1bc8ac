import java.nio.charset.StandardCharsets;
import java.util.Optional;
import seals.Seal;

final class SealTest
{
  private final Seal seal = new Seal("secret".getBytes(StandardCharsets.US_ASCII));
  private static final long NOW = 1631622605000L;

  void testSealedTokensOpen()
  {
    Tap.same(Optional.of("gr\u00fc\u00df dich"), seal.open(seal.close("gr\u00fc\u00df dich", NOW), NOW));
    Tap.same(Optional.of(""), seal.open(seal.close("", NOW), 0));
  }

  void testTheTokenHasItsParts()
  {
    Tap.that(seal.close("ab?", NOW).matches("s1!YWI/!2021-09-14T12:30:05Z![0-9A-F]{64}"), seal.close("ab?", NOW));
  }

  void testOldTokensDoNot()
  {
    Tap.same(Optional.empty(), seal.open(seal.close("a", NOW), NOW + 1));
  }

  void testChangedTokensDoNot()
  {
    String token = seal.close("abc", NOW);
    Tap.same(Optional.empty(), seal.open(token.replace("YWJj", "YWJk"), 0));
    Tap.same(Optional.empty(), seal.open(token.substring(0, token.length() - 1), 0));
    Tap.same(Optional.empty(), seal.open("s1!x", 0));
  }

  void testTokensOfOthersDoNot()
  {
    Seal other = new Seal("other".getBytes(StandardCharsets.US_ASCII));
    Tap.same(Optional.empty(), seal.open(other.close("abc", NOW), 0));
  }
}
