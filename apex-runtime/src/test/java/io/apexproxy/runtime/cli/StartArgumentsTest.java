package io.apexproxy.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartArgumentsTest {

    private static final List<String> WORDS = List.of("run", "check", "plugins", "-c", "--config", "--config=a=b",
            "--config=", "--plugins-dir", "--takeover", "--listen",
            "--backend", "--backend=b:1", "--demo",
            "--demo=true", "--verbose", "-V", "--help", "--", "", "-", "7", "\"a\"", "@file", "${x}", "a b");
    private static final int MOST_WORDS = 4;

    @Test
    void readsEveryOption() {
        assertThat(StartArguments.read("run", "-c", "a.toml", "--plugins-dir=my plugins", "--takeover", "auto",
                "--demo", "--verbose", "--listen", ":1", "--backend", "b:1", "--backend=b:2"))
                .contains(new Arguments(Optional.of(Path.of("a.toml")), Optional.of(Path.of("my plugins")),
                        Optional.of(":1"), List.of("b:1", "b:2"), true, Optional.of("auto"), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "--config a", "run --config=a", "run -c a --takeover 7", "--demo --verbose",
        "--listen :1 --backend a:1 --backend b:1"})
    void readsUsualCommandLines(String line) {
        assertThat(StartArguments.read(line.isEmpty() ? new String[0] : line.split(" "))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "status", "archive", "run --help", "--version", "run run", "--config", "--config=",
        "--config --demo", "--demo --demo", "-c a -c b", "--listen a --listen b", "--backend", "--demo=true",
        "--verbos", "run extra", "-ca"})
    void leavesTheRestToPicocli(String line) {
        assertThat(StartArguments.read(line.split(" "))).isEmpty();
    }

    @Test
    void readsTheSameAsPicocli() {
        List<String[]> lines = new ArrayList<>(List.of(new String[][] {{}}));
        int compared = 0;
        for (int from = 0, length = 0; length <= MOST_WORDS; length++) {
            int until = lines.size();
            for (String[] line : lines.subList(from, until).toArray(String[][]::new)) {
                Optional<Arguments> direct = StartArguments.read(line);
                if (direct.isPresent()) {
                    assertThat(ParsedCommands.arguments(ParsedCommands.parse(line))).as(String.join(" ", line))
                            .isEqualTo(direct.get());
                    compared++;
                }
                for (String word : length < MOST_WORDS ? WORDS : List.<String>of()) {
                    lines.add(append(line, word));
                }
            }
            from = until;
        }

        assertThat(compared).isGreaterThan(1_000);
    }

    private static String[] append(String[] line, String word) {
        List<String> longer = new ArrayList<>(List.of(line));
        longer.add(word);
        return longer.toArray(String[]::new);
    }
}
