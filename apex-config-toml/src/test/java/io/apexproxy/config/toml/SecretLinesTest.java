package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that no syntax error quotes a part of a secret. The secrets contain letters that no message contains. */
class SecretLinesTest {

    private static final String MARKER = "Q";
    private static final String OTHER_MARKER = "\u03a9";

    @ParameterizedTest
    @ValueSource(strings = {
        // strings that do not end, or end too early
        "password = \"QQQ",
        "password = 'QQQ",
        "password = 'QQ'QQ",
        "password = \"QQ\"QQ",
        "password = \"QQ\" QQ",
        "password = \"Q\\QQ\"",
        "password = \"Q\\uQQQQ\"",
        "password = \"Q\nQQ = Q Q\"",
        "password = 'Q\nQQ'",
        // not a string
        "token = QQQ",
        "token = QQ QQ",
        "token = 12Q",
        "token = 12 Q",
        "token = true Q",
        "token = 1.Q",
        "token = 1979-05-Q",
        "token = (Q",
        "token QQ",
        "token: QQ",
        "token =\nQQ",
        "token = \\\nQQ",
        "token = 12\n  QQ",
        "token == Q",
        "token\nQ",
        // strings of several lines
        "secret = \"\"\"Q\"\"\"Q",
        "secret = \"\"\"\nQ\n\"\"\"Q\nQ Q",
        "secret = \"\"\"\nQ\\Q\nQ\"\"\"",
        "secret = \"\"\"\nQ\\\"\"\"\nQQ = Q Q",
        "secret = '''\nQ\n'''Q",
        "secret = '''\n[other]\nQ = Q Q",
        "secret = \"\"\n[other]\nQQ = Q\n\"\"",
        "private_key = -----BEGIN-----\nQQQQ\nQQ==\nQQ==\n-----END-----",
        "private_key = \"-----BEGIN-----\nQQQQ\nQQ==\n-----END-----\"",
        // arrays
        "tokens = [\"Q\", QQ]",
        "tokens = [\"Q\" \"QQ\"]",
        "tokens = [\n  \"Q\",\n  Q,\n]",
        "tokens = [\n  \"Q\n  Q = Q,\n]\nQ = Q Q",
        "tokens = [\n  \"Q\",\nQ = Q",
        "tokens = [Q]Q]\nQ = Q Q",
        "tokens = ]Q\nQ = Q Q",
        "list = [\n  1,\n  { token = Q },\n]",
        "list = [\n  { token =\n  Q },\n]",
        "list = [\n  { token = \"Q\" }\n  Q",
        // inline tables
        "auth = { user = \"a\", password = Q }",
        "auth = { user = \"a\", password = \"Q }",
        "auth = {\n  user = a,\n  password = \"x\",\n  Q\n}",
        "auth = { password = \"x\" Q }",
        "auth = { password = \"x\", Q",
        "secrets = { a = Q, b = Q }",
        "secrets = {\n  a = Q,\n  b = Q\n}",
        // dotted and quoted keys
        "auth.password = Q",
        "auth . \"password\" . x = Q",
        "'api token' = Q",
        "\"pass\\u0077ord\" = Q",
        "\"\\x70assword\" = Q",
        "a.\"pass\\U00000077ord\".b = Q",
        "\"pass word\".API_KEY = 'Q",
        "\"password = Q",
        "password. = Q",
        "= password Q",
        "pass\u00e4.token = Q",
        // tables
        "[secrets]\na = Q",
        "[secrets]\na = 1\n\n# more\nb = Q\n",
        "[secrets\na = Q",
        "[secrets] Q",
        "[\"secrets].x]\na = Q",
        "[pool.\"api key\"]\na = Q",
        "[[credentials]]\na = Q\n[[credentials]]\nb = Q",
        "[secrets]\na = \"\"\"\n[other]\nb = Q Q\n\"\"\" x",
        "[secrets]\n[other Q\na = Q",
        // keys that occur twice
        "password = 1\npassword.Q = 2",
        "[secrets]\nQ = 1\nQ = 2\n[secrets.Q]",
        "[secrets]\nQ = 1\n[[secrets.Q]]",
        // URLs
        "url = http://user:QQ@host/",
        "url = \"http://user:QQ@host/",
        "url = \"http://user:Q\\Q@host/\"",
        "url = 'http://user:Q'Q@host/'",
        // comments and control characters
        "# password = Q\u0001Q",
        "password = \"Q\u0007Q\"",
        "password = \u03a9Q",
        "password = Q\rQ",
    })
    void noSyntaxErrorQuotesASecret(String secret) {
        for (String before : List.of("", "a = 1\n", "[pools.web]\nname = web\n", "text = 'x\r\n\n")) {
            for (String after : List.of("", "\n", "\r\n[admin]\nport = 1\n", "\n[pools.web]\nname = b\n")) {
                assertThat(problems(before + secret + after)).as(before + secret + after)
                        .isNotEmpty().allSatisfy(problem -> assertThat(problem)
                                .doesNotContain(MARKER, OTHER_MARKER, "03a9").startsWith("config.toml:"));
            }
        }
    }

    @Test
    void expectationIsStillShown() {
        assertThat(problems("password = \"abc\n")).containsExactly(
                "config.toml:1:16: expected a closing '\"', found the end of the line");
        assertThat(problems("token = abc def")).containsExactly("config.toml:1:9: expected a value, found text that is"
                + " hidden because it can be part of a secret: put text in quotes");
        assertThat(problems("token = \"C:\\apex\"")).containsExactly("config.toml:1:12: invalid escape sequence:"
                + " write a backslash as \\\\, or put the text in single quotes");
        assertThat(problems("token = 1\ntoken = 2")).containsExactly(
                "config.toml:2:1: the key is already defined at line 1, column 1: keep one of them");
        assertThat(problems("token = 09")).containsExactly("config.toml:1:9: leading zeros are not allowed");
    }

    @Test
    void linesWithoutSecretAreQuoted() {
        assertThat(problems("""
                port = 1 x
                password = "abc" # a comment
                timeout = 5s
                [secrets]
                a = [
                  1,
                ]
                [pools]
                name = web
                """)).containsExactly(
                "config.toml:1:10: expected the end of the line, found 'x': one value per key, and text in quotes",
                "config.toml:3:12: expected the end of the line, found 's': one value per key, and text in quotes",
                "config.toml:9:8: expected a value, found 'w': put text in quotes");
    }

    @Test
    void invalidByteOfASecretIsNotShown(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("config.toml");
        Files.write(file, "password = \"p\u00e4ss\"\n".getBytes(StandardCharsets.ISO_8859_1));

        ConfigException thrown = catchThrowableOfType(ConfigException.class,
                () -> new LastRead(TestFile.at(file)).load());

        assertThat(thrown).hasMessage("config.toml:1:14: expected UTF-8, found another byte, which is hidden because it"
                + " can be part of a secret: save the file as UTF-8");
    }

    /** A quadratic search for the end of each bracket or quote would take hours. */
    @ParameterizedTest
    @ValueSource(strings = {"a = [\n", "a = \"\"\"\n", "\"a", "a.", "[a", "a = '''", "[", "a = {b = \"\n"})
    void runTimeIsLinear(String unclosed) {
        String text = unclosed.repeat((2 << 20) / unclosed.length()) + "\npassword = Q Q\n";
        long begin = System.nanoTime();

        SecretLines lines = SecretLines.of(text);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        int last = (int) text.chars().filter(character -> character == '\n').count();
        assertThat(lines.contains(last)).isTrue();
    }

    private static List<String> problems(String text) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class,
                () -> TomlTrees.parse("config.toml", text));
        return thrown.problems().stream().map(ConfigProblem::toString).toList();
    }
}
