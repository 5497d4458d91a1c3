package io.apexproxy.runtime.pool.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.log.DistinctThrottle;
import org.junit.jupiter.api.Test;

class FeedbackTest {

    private interface CountingPicker extends BackendPicker {
        @Override
        default void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
                long bytesFromBackend) {
        }
    }

    private abstract static class LearningPicker implements BackendPicker {
        @Override
        public void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
        }
    }

    private static Feedback of(BackendPicker picker) {
        return Feedback.of("web", picker, new DistinctThrottle());
    }

    @Test
    void lambdaGetsNoReports() {
        assertThat(of(connection -> null)).isSameAs(Feedback.NONE);
    }

    @Test
    void pickerGetsTheReportsThatItsSuperclassOverrides() {
        Feedback feedback = of(new LearningPicker() {
            @Override
            public Backend pick(ConnectionInfo connection) {
                return null;
            }
        });

        assertThat(feedback.wantsFirstByte()).isTrue();
        assertThat(feedback.wantsFailed()).isFalse();
        assertThat(feedback.wantsClosed()).isFalse();
    }

    @Test
    void pickerGetsTheReportsThatItsInterfaceOverrides() {
        CountingPicker picker = connection -> null;

        assertThat(of(picker).wantsClosed()).isTrue();
        assertThat(of(picker).wantsFirstByte()).isFalse();
    }
}
