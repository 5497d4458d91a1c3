/** Tests of the peak-EWMA load balancer, with a clock of the test. */
package io.apexproxy.lb.peakewma;
