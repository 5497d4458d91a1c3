/** Tests of the control socket. */
package io.apexproxy.runtime.control;
