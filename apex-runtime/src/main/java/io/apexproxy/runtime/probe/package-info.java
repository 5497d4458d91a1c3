/**
 * The connections of health probes and of other plugins to backends: {@link
 * io.apexproxy.runtime.probe.ProbeConnector} implements {@link io.apexproxy.api.PluginContext#connect}.
 *
 * <p>All connections share one event loop, which {@code ProbeLoop} opens with the first of them. A {@code
 * ConnectAttempt} connects and performs the {@code Prologue}. The result is a {@code ProbeChannel}. Each plugin
 * instance has its {@code ProbeConnections}, which closes them with the instance. A {@code LoopFuture} is completed on
 * the loop, so that a blocking plugin can wait for it, and runs dependent actions on the executor of the plugin.
 *
 * <p>A {@code DeferredAck} hides a connection from the server until the plugin reads or writes. {@code LingerChannel}
 * is the option with which a plugin resets its connection; otherwise {@code StreamEnd} ends it.
 */
package io.apexproxy.runtime.probe;
