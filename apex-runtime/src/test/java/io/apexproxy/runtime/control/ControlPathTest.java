package io.apexproxy.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ControlSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlPathTest {

    private static final Path TEMPORARY = Path.of("/tmp");

    private static ControlPath path(ControlSetting setting, Map<String, String> environment) {
        return ControlPath.of(setting, new ControlPath.Context(environment, TEMPORARY, 1000), 77);
    }

    @Test
    void configuredPathComesFirst() {
        ControlPath path = path(ControlSetting.at(Path.of("/srv/a.sock")), Map.of("RUNTIME_DIRECTORY", "/run/apex"));

        assertThat(path).isEqualTo(new ControlPath(Path.of("/srv/a.sock"), false));
    }

    @Test
    void runtimeDirectoryOfSystemdComesSecond() {
        assertThat(path(ControlSetting.DEFAULT, Map.of("RUNTIME_DIRECTORY", "/run/apex", "XDG_RUNTIME_DIR", "/run/u")))
                .isEqualTo(new ControlPath(Path.of("/run/apex/control.sock"), false));
    }

    @Test
    void firstOfSeveralRuntimeDirectoriesIsUsed() {
        assertThat(path(ControlSetting.DEFAULT, Map.of("RUNTIME_DIRECTORY", "/run/one:/run/two")).path())
                .isEqualTo(Path.of("/run/one/control.sock"));
    }

    @Test
    void directoryOfTheLoginComesThird() {
        assertThat(path(ControlSetting.DEFAULT, Map.of("RUNTIME_DIRECTORY", "", "XDG_RUNTIME_DIR", "/run/user/1000")))
                .isEqualTo(new ControlPath(Path.of("/run/user/1000/apex-1000/77.sock"), true));
    }

    @Test
    void temporaryDirectoryIsTheLast() {
        assertThat(path(ControlSetting.DEFAULT, Map.of("XDG_RUNTIME_DIR", "relative")))
                .isEqualTo(new ControlPath(Path.of("/tmp/apex-1000/77.sock"), true));
    }

    @Test
    void commandsSearchTheDirectoriesThatProcessesUse() {
        var context = new ControlPath.Context(Map.of("XDG_RUNTIME_DIR", "/run/user/1000"), TEMPORARY, 1000);

        assertThat(ControlPath.ownDirectories(context))
                .containsExactly(Path.of("/run/user/1000/apex-1000"), Path.of("/tmp/apex-1000"));
        assertThat(ControlPath.servicePaths(context)).isEqualTo(List.of(Path.of("/run/apex/control.sock")));
    }
}
