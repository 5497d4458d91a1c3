/**
 * Reading, parsing and watching of configuration keys in etcd.
 *
 * <p>An {@link io.apexproxy.config.etcd.EtcdProvider} creates an {@code EtcdSource}. Data flows in one direction:
 * {@code EtcdClient} (requests to one endpoint at a time) → {@code Snapshot} (all keys at one revision) →
 * {@code Documents} (the meaning of keys; the module {@code io.apexproxy.config.toml} parses each value) →
 * {@code ReadResult}.
 *
 * <p>The thread of {@code EtcdWatch} reads a snapshot, watches from the next revision, collects changes in a
 * {@code ChangeCoalescer}, and reports them. Whenever the watch ends, for example after a compaction or the loss of an
 * endpoint or leader, it starts again with a snapshot. This costs one read and misses no change. {@code LastRead}
 * synchronizes this thread with threads that load.
 */
package io.apexproxy.config.etcd;
