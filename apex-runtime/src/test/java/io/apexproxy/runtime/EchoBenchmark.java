package io.apexproxy.runtime;

import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Benchmark of a message to an echo server and back over loopback, directly and through a proxy of this process. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EchoBenchmark {

    @Param({"1", "1024", "65536"})
    private int bytes;

    private byte[] message;
    private TestServer backend;
    private TestProxy proxy;
    private Socket direct;
    private Socket proxied;

    @Setup(Level.Trial)
    public void start() throws IOException {
        message = new byte[bytes];
        backend = TestServer.echo();
        proxy = TestProxy.threads(1).over(backend);
        direct = new Socket(InetAddress.getLoopbackAddress(), backend.port());
        direct.setTcpNoDelay(true);
        proxied = proxy.connect();
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        direct.close();
        proxied.close();
        proxy.close();
        backend.close();
    }

    @Benchmark
    public int direct() throws IOException {
        return echo(direct);
    }

    @Benchmark
    public int throughTheProxy() throws IOException {
        return echo(proxied);
    }

    private int echo(Socket socket) throws IOException {
        socket.getOutputStream().write(message);
        return socket.getInputStream().readNBytes(message, 0, bytes);
    }
}
