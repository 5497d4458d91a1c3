package io.apexproxy.runtime.config.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnknownKeysTest {

    private final Problems problems = new Problems();

    @Test
    void moreThanAHundredUnknownKeysAreOneMistake() {
        TreeSettings settings = new TreeSettings(table(400_000), "pools.web", problems);
        settings.string("path", "/");

        settings.reportUnread();

        assertThat(problems.list()).containsExactly(new ConfigProblem(new Origin("config.toml", 1, 1),
                "pools.web: 400000 unknown keys: key0, key1, key2, key3, key4, key5, key6, key7, key8, key9, and 399990"
                        + " more; known keys: path"));
    }

    @Test
    void hundredUnknownKeysAreReportedSeparately() {
        TreeSettings settings = new TreeSettings(table(100), "", problems);

        settings.reportUnread();

        assertThat(problems.list()).hasSize(100);
    }

    /** Regression: the comparison with each known key took 9.8 s. */
    @Test
    void keyOfMegabytesIsCut() {
        String key = "k".repeat(3_900_000);
        ConfigTree.Member member = new ConfigTree.Member(new Origin("config.toml", 1, 1),
                new ConfigTree.Scalar(1L, new Origin("config.toml", 1, 1)));
        TreeSettings settings = new TreeSettings(
                new ConfigTree.Table(Map.of(key, member), Origin.of("config.toml")), "", problems);
        settings.string("path", "");
        settings.string(key, "");

        settings.reportUnread();
        settings.require("idle_timeout", "a duration");
        new TreeSettings(new ConfigTree.Table(Map.of(key, member), Origin.of("config.toml")), "", problems)
                .reportUnread();

        assertThat(problems.list()).hasSize(3)
                .allSatisfy(problem -> assertThat(problem.toString()).hasSizeLessThan(200));
    }

    private static ConfigTree.Table table(int keys) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        for (int i = 0; i < keys; i++) {
            Origin origin = new Origin("config.toml", i + 1, 1);
            members.put("key" + i, new ConfigTree.Member(origin, new ConfigTree.Scalar(1L, origin)));
        }
        return new ConfigTree.Table(members, Origin.of("config.toml"));
    }
}
